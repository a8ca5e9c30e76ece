// A network of collaborations that can be walked through.
//
//   <div class="island" data-island="network" data-address="/network?format=json&about=…" data-words="{…}"></div>
//
// data-address  where the network is as JSON, of this service: /network or /network/path, with what they take, or /network/summary when small
// data-words    the texts, as JSON: those of words/network.toml that `pictures.html` gives
// data-about    the IRI of an agent that is in the middle of it, if any
// data-small    when present: only the picture and its legend, for a corner of another page
//
// In templates: {% from "pictures.html" import network_picture with context %}{{ network_picture(address, about=iri) }}.
// Any number of them may stand on one page. Nothing but this file is loaded before one comes near.

import "./network.css";
import { whenVisible } from "../parts/when_visible.js";

whenVisible("network", async (island, words) => {
  const { drawNetwork } = await import("../parts/network_picture.js");
  await drawNetwork(island, words);
});

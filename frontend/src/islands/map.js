// A map of things that have a position, over the borders of countries; there are no tiles.
//
//   <div class="island" data-island="map" data-address="/map?format=geojson&kind=…" data-borders="…" data-words="{…}"></div>
//
// data-address  where the things are as GeoJSON, of this service: /map with or without `kind`, or /map/summary
// data-borders  the picture of the world that the build made (`built("world").picture`); without it the map has no borders
// data-words    the texts, as JSON: those of words/map.toml that `pictures.html` gives
// data-small    when present: a lower map, for a part of another page
//
// In templates: {% from "pictures.html" import map_picture with context %}{{ map_picture(address) }}.
// Any number of them may stand on one page. Nothing but this file is loaded before one comes near.

import "leaflet/dist/leaflet.css";
import "./map.css";
import { whenVisible } from "../parts/when_visible.js";

whenVisible("map", async (island, words) => {
  const { drawMap } = await import("../parts/map_picture.js");
  await drawMap(island, words);
});

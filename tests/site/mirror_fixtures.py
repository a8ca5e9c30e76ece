"""What the mirror of the tests is made of and served by."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
from contextlib import contextmanager

from pyoxigraph import RdfFormat, parse

BASE = "https://w3id.org/heritage-graph/"
PREFIXES = """
@prefix hg:      <https://w3id.org/heritage-graph/ns#> .
@prefix id:      <https://w3id.org/heritage-graph/id/> .
@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov:    <http://www.w3.org/ns/prov#> .
"""
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
SERVER = """
master_process off;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {mirror}/nginx-maps.conf;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        include {mirror}/nginx-site.conf;
    }}
}}
"""


def museum(slug, name, more=""):
    """What a curator says of a fictional museum."""
    return (
        f'id:organization\\/{slug} a hg:Organization ; skos:prefLabel "{name}"@en ; '
        f"prov:wasAttributedTo id:organization\\/heritage-graph-curators {more} .\n"
    )


STATES = (
    museum("merged-museum", "Merged") + museum("kept-museum", "Kept") + museum("closed-museum", "Closed"),
    museum("merged-museum", "Merged", "; dcterms:isReplacedBy id:organization\\/kept-museum")
    + museum("kept-museum", "Kept"),
)
"""A museum is merged into another, and one is withdrawn."""


def free_port():
    """A port of this machine that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def digest(quads):
    """What is equal for equal sets of statements without blank nodes."""
    return hashlib.sha256("\n".join(sorted({str(quad) for quad in quads})).encode()).hexdigest()


def read(answer):
    """The digest of the statements in an answer."""
    media_type = answer.headers["content-type"].partition(";")[0]
    return digest(parse(answer.content, RdfFormat.from_media_type(media_type)))


@contextmanager
def nginx(mirror, root, port, folder):
    """Real nginx with the configuration of *mirror*, which stands below *root*, while it runs."""
    configuration = folder / "nginx.conf"
    configuration.write_text(SERVER.format(folder=folder, mirror=mirror, root=root, port=port), encoding="utf-8")
    with subprocess.Popen([NGINX, "-c", configuration, "-p", folder]) as server:
        try:
            until_it_listens(port, server)
            yield
        finally:
            server.terminate()


def until_it_listens(port, server):
    """Wait until *server* takes connections."""
    while server.poll() is None:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("nginx does not start")

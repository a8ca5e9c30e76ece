"""What the front process is spared."""

import subprocess
import sys


def test_the_front_loads_neither_the_validator_nor_an_rdf_library_of_python():
    program = "import sys, heritage_graph.front; print([name for name in ('rdflib', 'pyshacl') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"

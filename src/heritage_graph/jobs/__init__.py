"""Long queries as jobs: asked now, answered when there is time, fetched later in any format."""

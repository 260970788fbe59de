"""One file a resource; every route is a thin function between the public shapes and the store."""

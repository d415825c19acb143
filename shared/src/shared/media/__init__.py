"""The media store over folders and object stores: the only importer of obstore, and the reader of what it keeps."""

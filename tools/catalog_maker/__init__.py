"""The makers of the catalog's parts; tools/make_catalog.py runs them."""

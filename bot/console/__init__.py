"""The curators' console in the browser: pages, forms, charts and a read-only API.

starlette-admin was passed over for the plain tables: its pages need scripts to be read at all,
which a strict Content-Security-Policy and reading without JavaScript rule out. So the tables are
ours too, one template for all.
"""

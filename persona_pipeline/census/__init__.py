"""Census microdata, from the Census Bureau's zips to decoded people, households and weighted margins."""

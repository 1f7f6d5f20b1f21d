"""The simulated ward and the services that show it: a place to try the pipeline on without anyone's data.

`world` is the ward itself (people, posts, what they did), `ward/` the rooms it is made of; the other modules serve it
over HTTP as Microsoft Graph, Entra and Box would. Nothing here imports the rest of the package, and nothing but the
command line imports this.
"""

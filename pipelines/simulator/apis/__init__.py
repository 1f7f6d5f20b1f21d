"""The simulated services as seen from outside: Entra, Graph, its download host, Box, and the control port.

Everything here is a view of the world as of a simulated now. `server.py` listens; the modules here make the answers:

    login_http, graph_http, box_http, control       routes, rights, limits, error bodies
    graph_reports, graph_directory, sign_in_log     what Graph says
    box_streams, box_events, box_shapes, box_users  what Box says
    accounts, usage, day_log                        views of the world they share
    answers, delivery, request_log, entra           answers as values, sending them, counting them, tokens and CA
    clock, json_text                                small tools

Shapes follow public documentation and captures, never the parser of this project.
"""

"""What the simulated ward consists of: calendar, organisation, people, behaviour, traffic, truth.

Only `pipelines.simulator.world` is meant for use from outside; HTTP and rendering do not belong here.
"""

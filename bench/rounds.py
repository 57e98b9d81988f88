"""Measuring several things in turn, so that a busy moment of the machine hits all alike."""

import statistics


def in_rounds(rounds, measures):
    """name → all durations in seconds. Each round begins with another peer."""
    taken, names = {name: [] for name in measures}, list(measures)
    for turn in range(rounds):
        for k in range(len(names)):
            name = names[(turn + k) % len(names)]
            taken[name].append(measures[name]())
    return taken


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def summary(rounds, scale):
    """The median of all and of the best round, scaled."""
    return {
        "median": statistics.median([value for one in rounds for value in one]) * scale,
        "best": min(statistics.median(one) for one in rounds) * scale,
        "p99": percentile([value for one in rounds for value in one], 0.99) * scale,
    }

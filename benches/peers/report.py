"""Tables of what was measured: rates, ratios round by round, and shares of the floor."""

from statistics import median

OURS, FLOOR = "ours", "floor"
# What our worker says of the machine: the floor of the workload, and what it is made of.
MACHINE = ("samples_per_sec", "fma_gflops", "exp_per_sec", "threads_gain")
# Another kind of step and another loss: shown, but no mini-batch peer.
OTHER_STEP = "sklearn"


def workload_table(name, workload, rounds):
    """One row a worker: million samples a second, ratio of ours to it, and its share of the floor."""
    batch = f"batch {workload.batch}" if workload.batch else "full batch"
    shape = f"{workload.n_samples:,} samples, {workload.n_features} features, {workload.n_classes:,} classes, {batch}"
    rows = [["", "million samples/s", "ours is faster by", "share of the floor"]]
    for worker in rounds[0]:
        ratio = "" if worker in (OURS, FLOOR) else f"{median_ratio(rounds, OURS, worker):.2f}"
        label = worker + " (L-BFGS on plain CE: another step)" * (worker == OTHER_STEP)
        rows.append([label, spread(rounds, worker), ratio, f"{median_ratio(rounds, worker, FLOOR):.3f}"])
    return f"## {name}: {workload.stands_for}\n{shape}\n\n{markdown(rows)}"


def summary_row(workload, rounds):
    """Ours against the fastest mini-batch peer of each round, and against the floor."""
    peers = [worker for worker in rounds[0] if worker not in (OURS, FLOOR, OTHER_STEP)]
    fastest = max(peers, key=lambda peer: median(rates[peer] for rates in rounds), default=None)
    multiple = median(rates[OURS] / max(rates[peer] for peer in peers) for rates in rounds) if peers else None
    return {
        "ours": median(rates[OURS] for rates in rounds),
        "fastest_peer": fastest,
        "multiple": multiple,
        "target_multiple": workload.target_multiple,
        "share": median_ratio(rounds, OURS, FLOOR),
        "target_share": workload.target_share,
    }


def summary_table(summary):
    """One row a workload; the targets are those for one thread."""
    rate, share = "ours, million samples/s", "share of the floor"
    rows = [["", rate, "fastest mini-batch peer", "multiple", "target", share, "target"]]
    for name, row in summary.items():
        multiple = "–" if row["multiple"] is None else f"{row['multiple']:.2f}"
        rows.append([
            name,
            f"{row['ours'] / 1e6:.3g}",
            row["fastest_peer"] or "–",
            multiple,
            f"{row['target_multiple']:g}",
            f"{row['share']:.3f}",
            f"{row['target_share']:.2f}",
        ])
    return f"## Summary (targets are for one thread)\n\n{markdown(rows)}"


def machine_line(machine):
    """What one core did at most while this was measured, and how many times as much all threads did."""
    _, fma_gflops, exp_per_sec, gain = (median(values) for values in zip(*machine, strict=True))
    return (
        f"One core: {fma_gflops:.0f} GFLOP/s of multiply-adds, {exp_per_sec / 1e9:.2f} billion exponentials a second; "
        f"all threads: {gain:.2f} times as many multiply-adds."
    )


def median_ratio(rounds, above, below):
    """Of rates that were measured in the same round."""
    return median(rates[above] / rates[below] for rates in rounds)


def spread(rounds, worker):
    rates = [rates[worker] / 1e6 for rates in rounds]
    return f"{median(rates):.3g} ({min(rates):.3g}–{max(rates):.3g})"


def markdown(rows):
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])

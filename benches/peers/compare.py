"""Runs the same training in this program and in other frameworks, and prints how many times faster which is.

All workers train the same data from the same parameters. First their losses after one epoch must agree; then they are
timed in turn, round after round, so that whatever else the machine does falls on all of them.

    pip install -r benches/peers/requirements.txt
    python benches/peers/compare.py --workloads S,M --rounds 3
"""

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
# Script and package of each peer.
PEERS = {
    "numpy": ("numpy_by_hand.py", "numpy"),
    "torch-eager": ("torch_eager.py", "torch"),
    "torch-by-hand": ("torch_by_hand.py", "torch"),
    "torch-compiled": ("torch_compiled.py", "torch"),
    "jax": ("jax_scan.py", "jax"),
    "jax-tuned": ("jax_tuned.py", "jax"),
    "sklearn": ("sklearn_lbfgs.py", "sklearn"),
}
RELATIVE_TOLERANCE = 1e-4

for package in ("numpy", "threadpoolctl"):
    if find_spec(package) is None:
        print(f"The comparison needs {package}: pip install -r {HERE / 'requirements.txt'}", file=sys.stderr)
        sys.exit(2)

import report  # noqa: E402
import workloads  # noqa: E402


class Failure(Exception):
    """A sentence for the user, and the exit code that goes with it."""

    def __init__(self, sentence, exit_code=1):
        super().__init__(sentence)
        self.exit_code = exit_code


class Worker:
    """A process that trains one workload; it is asked a line at a time and ends with the `with` block."""

    def __init__(self, name, command, folder, environment):
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("w") as log:
            pipe = subprocess.PIPE
            try:
                self.process = subprocess.Popen(
                    [*command, folder], stdin=pipe, stdout=pipe, stderr=log, env=environment, text=True
                )
            except OSError as error:
                raise Failure(f"{name} does not start: {error}.", 2) from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def ask(self, line, *keys):
        """Sends a line and gives these values of the answer."""
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # The missing answer says so.
        answer = self.process.stdout.readline()
        try:
            return [json.loads(answer)[key] for key in keys]
        except (ValueError, KeyError, TypeError) as error:
            last_words = self.log.read_text().strip().splitlines()[-1:]
            said = answer.strip() or ": ".join(["nothing", *last_words])
            raise Failure(f"{self.name} was asked for {' and '.join(keys)} and answered {said}") from error


def main():
    options, json_file = parse()
    peers = present(options.peers)
    ours = options.ours.absolute() if options.ours else build()
    commands = {report.OURS: [ours]} | {peer: [sys.executable, HERE / PEERS[peer][0]] for peer in peers}
    results, summary = {}, {}
    with ExitStack() as stack:
        parent = options.folder or Path(stack.enter_context(TemporaryDirectory()))
        for name in options.workloads:
            workload = workloads.WORKLOADS[name]
            results[name] = result = measure(name, workload, commands, parent / name, options)
            summary[name] = report.summary_row(workload, result["rounds"])
            print(report.workload_table(name, workload, result["rounds"]) + "\n", flush=True)
    print(report.summary_table(summary) + "\n")
    print(report.machine_line(result["machine"]) + "\n")
    for worker, description in result["workers"].items():
        print(f"- {worker}: {description}")
    if json_file:
        with json_file:
            json.dump({"threads": options.threads, "workloads": results, "summary": summary}, json_file, indent=1)


def measure(name, workload, commands, folder, options):
    """Starts every worker, lets them agree, and times them in turn."""
    try:
        workloads.write(name, folder)
    except OSError as error:
        raise Failure(f"The data of {name} cannot be written: {error}.", 2) from error
    environment = os.environ | {"PEER_THREADS": str(options.threads)}
    for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        # Where it is set, it forces an old kernel.
        environment.pop(variable, None)
    with ExitStack() as stack:
        workers, descriptions, losses = {}, {}, {}
        for worker, command in commands.items():
            workers[worker] = stack.enter_context(Worker(worker, command, folder, environment))
            (descriptions[worker],) = workers[worker].ask("", "ready")
            (losses[worker],) = workers[worker].ask("check\n", "loss")
            say(f"{name}: {worker} is ready, {descriptions[worker]}, loss {losses[worker]}")
        agree(name, losses)
        rounds, machine = [], []
        for round_idx in range(options.rounds):
            say(f"{name}: round {round_idx + 1} of {options.rounds}")
            rates = {}
            for worker in workers:
                samples, secs = workers[worker].ask(f"time {options.seconds}\n", "samples", "secs")
                rates[worker] = samples / secs
            machine.append(workers[report.OURS].ask("floor\n", *report.MACHINE))
            rates[report.FLOOR] = machine[-1][0]
            rounds.append(rates)
    return {"workers": descriptions, "losses": losses, "rounds": rounds, "machine": machine}


def agree(name, losses):
    """Every loss against NumPy's, or against ours where NumPy does not take part."""
    judge = "numpy" if "numpy" in losses else report.OURS
    expected = losses[judge]
    differing = [
        f"{worker} has {loss}"
        for worker, loss in losses.items()
        # Written so that a loss that is no number differs too.
        if loss is not None and not abs(loss - expected) <= RELATIVE_TOLERANCE * abs(expected)
    ]
    if differing:
        raise Failure(f"{name}: losses after one epoch differ: {', '.join(differing)}; {judge} has {expected}.")


def present(peers):
    """The peers whose package is installed."""
    missing = [peer for peer in peers if find_spec(PEERS[peer][1]) is None]
    for peer in missing:
        say(f"{peer} is skipped, because the package {PEERS[peer][1]} is not installed.")
    return [peer for peer in peers if peer not in missing]


def build():
    """Builds our worker and gives its path."""
    say("Building our worker…")
    command = ["cargo", "bench", "--bench", "peer", "--no-run", "--message-format=json"]
    try:
        built = subprocess.run(command, cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True, check=True)
    except FileNotFoundError as error:
        raise Failure("cargo is not installed; give our worker with --ours PATH.", 2) from error
    except subprocess.CalledProcessError as error:
        raise Failure("Our worker does not build; give another with --ours PATH.", 2) from error
    for message in map(json.loads, built.stdout.splitlines()):
        if message.get("target", {}).get("name") == "peer" and message.get("executable"):
            return message["executable"]
    raise Failure("cargo built no program named peer; give our worker with --ours PATH.", 2)


def parse():
    """The options, and the JSON file already opened, so that a bad path is known before anything is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workloads", type=names_of(workloads.WORKLOADS), default="S,M,L,XL")
    parser.add_argument("--peers", type=names_of(PEERS), default=",".join(PEERS))
    parser.add_argument("--rounds", type=above_zero(int), default=7)
    parser.add_argument("--threads", type=above_zero(int), default=1, help="of every worker")
    parser.add_argument("--seconds", type=above_zero(float), default=0.5, help="of training, a worker and round")
    parser.add_argument("--ours", type=Path, help="our worker; built when not given")
    parser.add_argument("--folder", type=Path, help="keeps the data and the workers' logs here")
    parser.add_argument("--json", help="writes every round to this file")
    options = parser.parse_args()
    if options.ours and not os.access(options.ours, os.X_OK):
        parser.error(f"--ours: there is no program to run at {options.ours}")
    try:
        return options, open(options.json, "w") if options.json else None
    except OSError as error:
        parser.error(f"--json: {error}")


def names_of(known):
    def parse_names(text):
        names = list(dict.fromkeys(text.split(",")))
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)!r}; choose from {', '.join(known)}")
        return names

    return parse_names


def above_zero(number):
    def parse_number(text):
        value = number(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"must be above 0 and finite, got {text}")
        return value

    parse_number.__name__ = number.__name__
    return parse_number


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        say(f"error: {failure}")
        sys.exit(failure.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)

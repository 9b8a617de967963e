"""Cornu beside its peers: contestants are processes that take turns, so that all meet the same noise; printed are the
medians and the ratio of each round.

    python3 bench/compare.py build/release/cornu-bench [--rounds 30] [--steps 400]

Peers that are not there are installed into build/peers first (pip: keras, jax, tensorflow-cpu) or taken from the system
(PyTorch: python3-torch of Debian or Ubuntu, or whatever `torch` the system's python3 imports).
"""
import argparse
import pathlib
import statistics
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
PEERS = HERE.parent / "build" / "peers"


def has_torch(python):
    return subprocess.run([python, "-c", "import torch"], capture_output=True).returncode == 0


def install():
    """A Python with Keras, and one with PyTorch (None if there is none)."""
    keras = PEERS / "bin" / "python"
    if not keras.exists():
        venv.create(PEERS, with_pip=True)
        subprocess.run([keras, "-m", "pip", "install", "--quiet", "keras", "jax", "tensorflow-cpu"], check=True)
    for python in ("/usr/bin/python3", sys.executable):
        if has_torch(python):
            return keras, python
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "python3-torch"], capture_output=True)
    return keras, "/usr/bin/python3" if has_torch("/usr/bin/python3") else None


class Contestant:
    def __init__(self, name, command):
        self.name, self.times = name, {"train": [], "predict": []}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)

    def ask(self, kind, n):
        self.process.stdin.write(f"predict {n}\n" if kind == "predict" else f"{n}\n")
        self.process.stdin.flush()
        self.times[kind].append(float(self.process.stdout.readline()))


def contestants(program):
    keras, torch = install()
    yield Contestant("cornu", [program, "serve"])
    peers = [("keras-jax", keras), ("keras-tensorflow", keras)] + ([("torch", torch)] if torch else [])
    for name, python in peers:
        peer = Contestant(name, [python, HERE / "peer.py", name])
        peer.name = peer.process.stdout.readline().strip()
        yield peer


def table(kind, what, all_of_them):
    print(f"\n{what}\n{'':34}{'median us':>12}{'min us':>12}{'cornu / it':>12}{'(min .. max)':>22}")
    ours = all_of_them[0].times[kind]
    for one in all_of_them:
        ratios = sorted(a / b for a, b in zip(ours, one.times[kind]))
        print(f"{one.name:34}{statistics.median(one.times[kind]):12.2f}{min(one.times[kind]):12.2f}"
              f"{statistics.median(ratios):12.4f}{f'({ratios[0]:.4f} .. {ratios[-1]:.4f})':>22}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--rounds", type=int, default=30)
    arguments.add_argument("--steps", type=int, default=400)
    args = arguments.parse_args()
    all_of_them = list(contestants(args.program))
    for _ in range(args.rounds):
        for one in all_of_them:
            one.ask("train", args.steps)
        for one in all_of_them:
            one.ask("predict", 100)
    table("train", "training step: 64-32-32-10, batch 128, RMSprop, categorical cross-entropy, one thread", all_of_them)
    table("predict", "one prediction, one row, one thread", all_of_them)


main()

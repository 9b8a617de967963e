"""Cornu beside its peers: contestants are processes that take turns, so that all meet the same noise; printed are the
medians and the ratio of each round.

    python3 bench/compare.py build/release/cornu-bench [--workload qa] [--threads 2] [--rounds 30] [--steps 400]

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
        self.name, self.times = name, {}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)

    def ask(self, kind, n):
        self.process.stdin.write(f"{kind} {n}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def race(self, kind, n):
        self.times.setdefault(kind, []).append(self.ask(kind, n))


# What is timed of a workload: kind, how many in a round, and the words for it.
RACES = {
    "mlp": [("train", 400, "training step: 64-32-32-10, batch 128, RMSprop, categorical cross-entropy"),
            ("predict", 100, "one prediction, one row")],
    "qa": [("train", 8, "training step: two embeddings and LSTMs, 100 words each, 500 answers, batch 128, RMSprop"),
           ("forward", 8, "prediction of a batch of 128")],
    "posts": [("train", 2, "training step: Embedding(50000, 256), five Conv1D, three outputs, batch 64, RMSprop"),
              ("forward", 2, "prediction of a batch of 64")],
    "posts-wide": [("train", 2, "training step: Embedding(256, 50000), five Conv1D, three outputs, batch 64, RMSprop")],
    "convnet": [("train", 8, "training step: two convolutions and poolings on 28 x 28 images, batch 128, RMSprop"),
                ("forward", 8, "prediction of a batch of 128")],
    "xception": [("train", 2, "training step: Xception's base on 250 x 250 x 3 images, batch 2, RMSprop"),
                 ("forward", 4, "prediction of a batch of 2"),
                 ("memory", 2, "peak memory of training above what the model at rest holds, KiB")],
    "resnet50": [("forward", 4, "ResNet50: prediction of one image")],
    "mobilenet_v2": [("forward", 12, "MobileNetV2: prediction of one image")],
}


def contestants(args):
    keras, torch = install()
    words = [args.workload, str(args.threads)]
    yield Contestant("cornu", [args.program, "serve", *words])
    peers = [("keras-jax", keras), ("keras-tensorflow", keras)] + ([("torch", torch)] if torch else [])
    for name, python in peers:
        if args.peers and name not in args.peers.split(","):
            continue
        peer = Contestant(name, [python, HERE / "peer.py", name, *words])
        peer.name = peer.process.stdout.readline().strip()
        yield peer


def table(kind, what, all_of_them):
    print(f"\n{what}\n{'':34}{'median us':>14}{'min us':>14}{'cornu / it':>12}{'(min .. max)':>22}")
    ours = all_of_them[0].times[kind]
    for one in all_of_them:
        ratios = sorted(a / b for a, b in zip(ours, one.times[kind]))
        print(f"{one.name:34}{statistics.median(one.times[kind]):14.2f}{min(one.times[kind]):14.2f}"
              f"{statistics.median(ratios):12.4f}{f'({ratios[0]:.4f} .. {ratios[-1]:.4f})':>22}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--workload", choices=RACES, default="mlp")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rounds", type=int, default=30)
    arguments.add_argument("--steps", type=int, help="of a round, instead of what is usual for the workload")
    arguments.add_argument("--peers", help="only these, of torch,keras-jax,keras-tensorflow")
    args = arguments.parse_args()
    all_of_them = list(contestants(args))
    races = RACES[args.workload]
    for kind, n, _ in races:  # compiles and warms up
        for one in all_of_them:
            one.ask(kind, args.steps or n)
    for _ in range(args.rounds):
        for kind, n, _ in races:
            for one in all_of_them:
                one.race(kind, args.steps or n)
    for kind, _, what in races:
        table(kind, f"{what}, {args.threads} thread{'s' if args.threads > 1 else ''}", all_of_them)


main()

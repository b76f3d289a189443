"""Runs snippets of one kind on the cases of a file and prints what they compute, as JSON.

Called by tests/snippets.rs as: run.py KIND CASES.json
"""
import json
import sys


def plain(namespace, case):
    logits, labels = case["logits"], case["labels"]
    return {
        "weights": namespace["class_weights"],
        "batch_mean": namespace["batch_mean"](logits, labels),
        "weighted_mean": namespace["weighted_mean"](logits, labels),
    }


def with_numpy(namespace, case):
    import numpy as np

    logits, labels = np.array(case["logits"]), np.array(case["labels"])
    return {
        "weights": namespace["class_weights"].tolist(),
        "batch_mean": float(namespace["batch_mean"](logits, labels)),
        "weighted_mean": float(namespace["weighted_mean"](logits, labels)),
    }


def with_torch(namespace, case):
    import torch

    labels = torch.tensor(case["labels"])
    results = {"weights": namespace["class_weights"].tolist()}
    for name in ["batch_mean", "weighted_mean"]:
        logits = torch.tensor(case["logits"], requires_grad=True)
        loss = namespace[name](logits, labels)
        loss.backward()
        results[name] = loss.item()
        results[name + "_gradient"] = logits.grad.tolist()
    return results


def with_keras(namespace, case):
    import numpy as np
    from tensorflow import keras

    logits, labels = np.array(case["logits"]), np.array(case["labels"])
    # A model that hands its input on and never learns tells what fit() minimises.
    inputs = keras.Input((logits.shape[1],), dtype="float64")
    model = keras.Model(inputs, keras.layers.Activation("linear")(inputs))
    model.compile(loss=namespace["loss"], optimizer=keras.optimizers.SGD(0.0))
    history = model.fit(
        logits, labels, class_weight=namespace["class_weight"], batch_size=len(labels), verbose=0, shuffle=False
    )
    return {
        "weights": list(namespace["class_weight"].values()),
        "batch_mean": float(namespace["batch_mean"](logits, labels)),
        "fitted": history.history["loss"][0],
    }


def with_sklearn(namespace, case):
    import numpy as np

    def softmax(logits):
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    probabilities = softmax(np.array(case["logits"]))
    results = {
        "weights": list(namespace["class_weight"].values()),
        "batch_mean": float(namespace["batch_mean"](probabilities, case["labels"])),
        "weighted_mean": float(namespace["weighted_mean"](probabilities, case["labels"])),
    }
    if 0.0 in results["weights"]:
        return results
    # Where the classifier stops, the objective that its docstring states must be level.
    random, l2, n_classes = np.random.default_rng(1), 0.01, len(results["weights"])
    features, labels = random.normal(size=(90, 3)), np.arange(90) % n_classes
    model = namespace["classifier"](len(labels), l2, tol=1e-12, max_iter=10_000).fit(features, labels)
    start = np.hstack([model.coef_, model.intercept_[:, None]])

    def objective(parameters):
        coefficients, intercept = parameters[:, :-1], parameters[:, -1]
        predicted = softmax(features @ coefficients.T + intercept)
        return namespace["batch_mean"](predicted, labels) + l2 / 2 * (coefficients**2).sum()

    slopes = []
    for place in np.ndindex(start.shape):
        shift = np.zeros_like(start)
        shift[place] = 1e-5
        slopes.append(abs(objective(start + shift) - objective(start - shift)) / 2e-5)
    results["steepest"] = max(slopes)
    results["steepest_at_zero"] = max(
        abs(objective(shift) - objective(-shift)) / 2e-5
        for shift in (np.eye(start.size)[k].reshape(start.shape) * 1e-5 for k in range(start.size))
    )
    return results


def references(kind, namespace, case):
    """Losses of each sample, and their gradients in PyTorch, with class weights of the case's own."""
    logits, labels, weights = case["logits"], case["labels"], case["class_weights"]
    if kind == "python":
        namespace["class_weights"] = weights
        return {"losses": namespace["losses"](logits, labels)}
    if kind == "numpy":
        import numpy as np

        namespace["class_weights"] = np.array(weights)
        return {"losses": namespace["losses"](np.array(logits), np.array(labels)).tolist()}
    import torch

    namespace["class_weights"] = torch.tensor(weights)
    logits = torch.tensor(logits, requires_grad=True)
    losses = namespace["losses"](logits, torch.tensor(labels))
    losses.sum().backward()
    return {"losses": losses.tolist(), "gradients": logits.grad.tolist()}


def module(kind, case):
    """What a module of a whole objective computes; its own check against the lab comes first."""
    import numpy as np

    names = {"__name__": "objective"}
    exec(compile(case["module"], kind, "exec"), names)
    names["check"]()
    logits, labels = np.array(case["logits"]), np.array(case["labels"])
    epochs = {"epoch": case["epoch"], "n_epochs": case["n_epochs"]}
    late = epochs if case["is_deferred"] else {}
    every = np.repeat(np.arange(len(case["counts"])), case["counts"])
    answer = {"index": {str(label): idx for label, idx in names["label_to_index"].items()}}
    if kind == "numpy_module":
        values, slopes = names["losses"](logits, labels, **late)
        answer |= {"losses": values.tolist(), "gradients": slopes.tolist()}
        answer["loss"] = float(names["loss"](logits, labels, **late)[0])
        answer["predicted"] = names["predict"](logits).tolist()
        answer["bias"] = names["initial_bias"].tolist()
        wrap, plain = np.asarray, np.asarray
    else:
        import torch

        logits, labels, every = torch.tensor(logits, requires_grad=True), torch.tensor(labels), torch.tensor(every)
        values = names["losses"](logits, labels, **late)
        values.sum().backward()
        answer |= {"losses": values.tolist(), "gradients": logits.grad.tolist()}
        answer["loss"] = names["loss"](logits, labels, **late).item()
        half = logits.detach().to(torch.bfloat16)
        assert names["losses"](half, labels, **late).dtype == torch.bfloat16
        answer["predicted"] = names["predict"](logits).tolist()
        layer = torch.nn.Linear(2, logits.shape[1], dtype=torch.float64)
        names["start"](layer)
        answer["bias"] = layer.bias.tolist()
        wrap, plain = torch.tensor, lambda indices: torch.as_tensor(list(indices)).numpy()
    if "sampler" in names:
        progress = epochs if "epoch" in names["sampler"].__code__.co_varnames else {}
        drawn = plain(names["sampler"](every, **progress))
        answer["drawn"] = np.bincount(np.asarray(every)[drawn], minlength=len(case["counts"])).tolist()
    elif "resampled" in names and "features" in names["resampled"].__code__.co_varnames:
        answer["drawn"] = smote(names, wrap, case["counts"])
    elif "resampled" in names:
        drawn = np.asarray(names["resampled"](every))
        # Either every sample stays, or none comes twice.
        assert set(range(len(every))) <= set(drawn.tolist()) or len(set(drawn.tolist())) == len(drawn)
        answer["drawn"] = np.bincount(np.asarray(every)[drawn], minlength=len(case["counts"])).tolist()
    else:
        answer["drawn"] = case["counts"]
    return answer


def smote(names, wrap, counts):
    """How many samples each class has after SMOTE, of a hundredth of the counts; all made ones lie between two of their class."""
    import numpy as np

    labels = np.repeat(np.arange(len(counts)), [count // 100 for count in counts])
    features = labels[:, None] * 10.0 + np.random.default_rng(1).random((len(labels), 2))
    made, made_labels = (np.asarray(part) for part in names["resampled"](wrap(features), wrap(labels)))
    assert (made[: len(labels)] == features).all()
    for label in set(labels.tolist()):
        own, new = features[labels == label], made[made_labels == label]
        assert (new >= own.min(axis=0)).all() and (new <= own.max(axis=0)).all()
    assert len(made) == len(labels) or len(np.unique(made, axis=0)) == len(made)
    return np.bincount(made_labels, minlength=len(counts)).tolist()


def label_module(case):
    import torch

    namespace = {"__name__": "module"}
    exec(compile(case["module"], "label_module", "exec"), namespace)
    namespace["check"]()
    logits = torch.tensor(case["logits"], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor(case["targets"])
    losses = namespace["losses"](logits, targets)
    losses.sum().backward()
    assert abs(namespace["loss"](logits, targets).item() - losses.mean().item()) < 1e-12
    single = namespace["losses"](logits.detach().float(), targets)
    assert single.dtype == torch.float32 and torch.allclose(single, losses.detach().float(), rtol=1e-4)
    return {
        "losses": losses.tolist(),
        "gradients": logits.grad.tolist(),
        "predicted": namespace["predict"](logits).tolist(),
    }


def as_json(text):
    return {"weights": json.loads(text)["weights"]}


def as_csv(text):
    import csv

    return {"weights": [float(row["weight"]) for row in csv.DictReader(text.splitlines())]}


def main():
    kind, path = sys.argv[1:]
    # What the code itself prints is no answer.
    answers_to, sys.stdout = sys.stdout, sys.stderr
    if kind in ("pytorch", "pytorch_focal", "torchvision"):
        import torch

        torch.set_default_dtype(torch.float64)
    if kind == "keras":
        from tensorflow import keras

        keras.backend.set_floatx("float64")
    runners = {
        "python": plain,
        "numpy": with_numpy,
        "pytorch": with_torch,
        "pytorch_focal": with_torch,
        "torchvision": with_torch,
        "keras": with_keras,
        "sklearn": with_sklearn,
    }
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)
    answers = []
    for case in cases:
        if kind == "json":
            answers.append(as_json(case["snippet"]))
        elif kind == "label_module":
            answers.append(label_module(case))
        elif kind.endswith("_module"):
            answers.append(module(kind, case))
        elif kind == "csv":
            answers.append(as_csv(case["snippet"]))
        else:
            namespace = {}
            exec(compile(case["snippet"], kind, "exec"), namespace)
            if "class_weights" in case:
                answers.append(references(kind, namespace, case))
            else:
                answers.append(runners[kind](namespace, case))
    print(json.dumps(answers), file=answers_to)


main()

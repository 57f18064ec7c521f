"""Real embeddings to measure with: short pieces of collections' documents, and their questions, by all-MiniLM-L6-v2.

    python -m benchmarks.real_vectors OUT.npz FOLDER [FOLDER ...]

Needs the packages that `examples/minilm_upstream.py` names. A FOLDER is a collection as `footnote eval` takes it. OUT holds `vectors`,
the `documents` they come from (collection/document), and `queries`.
"""

import argparse
from pathlib import Path

import numpy as np

from app.evaluation.collections import read_collection
from examples.minilm_upstream import MiniLM

_PIECE, _STEP = 110, 70
_SHORTEST = 40
_LONGEST_DOCUMENT = 20_000
_BATCH = 512


def main() -> None:
    """Embed what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    arguments = parser.parse_args()

    names, pieces, queries = [], [], []
    for folder in arguments.folders:
        collection = read_collection(folder)
        queries += [query.text for query in collection.queries]
        for document_id, text in collection.documents.items():
            for start in range(0, len(text), _STEP):
                piece = text[start : start + _PIECE].strip()
                if len(piece) > _SHORTEST:
                    names.append(f"{collection.name}/{document_id}/{start // _LONGEST_DOCUMENT}")
                    pieces.append(piece)
    model = MiniLM()
    vectors = [model.embed(pieces[start : start + _BATCH])[0] for start in range(0, len(pieces), _BATCH)]
    asked, _ = model.embed(queries)
    np.savez(arguments.out, vectors=np.concatenate(vectors), documents=np.array(names), queries=asked)
    print(f"{len(pieces)} pieces of {len(set(names))} documents, {len(queries)} queries")


if __name__ == "__main__":
    main()

"""Recomputes metrics of a TREC run with trec_eval: trec_metrics.py QRELS RUN -> {query: {measure: value}} as JSON."""

import json
import sys

import pytrec_eval


def main(qrels_path, run_path):
    with open(qrels_path) as file:
        qrels = pytrec_eval.parse_qrel(file)
    with open(run_path) as file:
        run = pytrec_eval.parse_run(file)
    measures = {"ndcg_cut.100", "recall.100", "success.10", "Rprec"}
    json.dump(pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""PPO against TRL's: `python -m bench.ppo [--trl PYTHON] [--seeds 3]`.

TRL 1.16 has no PPO; 1.10 was the last with `trl.experimental.ppo`. It lives in an environment of its own, with the
other packages as they are pinned here:

    python -m venv trl110 && trl110/bin/pip install trl==1.10.0 peft==0.21.2 transformers==5.23.0 torch==2.13.0

and `--trl trl110/bin/python` names it. Both trainers start from `specs/base` with the same prompts, LoRA, learning
rate, KL coefficient and number of answers, and are rewarded for the same thing: the share of an answer's tokens that
begin a word with a small letter. Shown are the mean reward of the last five batches of answers and the KL to the
reference that they spent, in nats an answer.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

SPECS = Path(__file__).parents[1] / "specs"
ANSWERS, UPDATES, LENGTH, RATE, KL, PASSES = 32, 25, 12, 1e-3, 0.02, 2


def setting(seed: int) -> dict[str, Any]:
    """Model, tokenizer and prompts, the same for both."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed

    tokenizer = AutoTokenizer.from_pretrained(SPECS / "base")
    lines = (SPECS / "data" / "prompts.jsonl").read_text("utf-8").splitlines()
    talks = [[{"role": "user", "content": json.loads(line)["prompt"]}] for line in lines]
    prompts = [
        tokenizer.apply_chat_template(t, add_generation_prompt=True, return_dict=True)["input_ids"] for t in talks
    ]
    set_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(SPECS / "base", dtype=torch.float32)
    config = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    return {"tokenizer": tokenizer, "prompts": prompts, "model": get_peft_model(model, config)}


def wanted(tokenizer: Any) -> frozenset[int]:
    """Tokens that are rewarded: those that begin a word with a small letter."""
    texts = {i: tokenizer.decode([i]) for i in range(len(tokenizer))}
    return frozenset(i for i, text in texts.items() if text[:1] == " " and text[1:2].islower())


def worth(ids: list[int], good: frozenset[int], ends: set[int]) -> float:
    """What an answer with its end token is worth."""
    body = [each for each in ids if each not in ends]
    return sum(each in good for each in body) / len(body) if body else 0.0


def ours(seed: int) -> dict[str, float]:
    """ftspec's trainer."""
    import tempfile

    from datasets import Dataset

    from ftspec.kinds.objectives._ppo.trainer import ppo_trainer
    from ftspec.kinds.objectives.ppo import Ppo

    given = setting(seed)
    tokenizer, prompts = given["tokenizer"], given["prompts"]
    good, ends = wanted(tokenizer), {tokenizer.eos_token_id}
    ppo = Ppo(reward="judge", kl=KL, epochs=PASSES, max_new_tokens=LENGTH)
    score = lambda said: [worth(list(each.answer), good, ends) for each in said]  # noqa: E731
    folder = tempfile.mkdtemp()
    arguments = {
        "output_dir": folder, "max_steps": UPDATES * PASSES, "per_device_train_batch_size": ANSWERS, "use_cpu": True,
        "learning_rate": RATE, "lr_scheduler_type": "constant", "seed": seed, "report_to": "none", "logging_steps": 1,
        "disable_tqdm": True, "save_strategy": "no", "max_grad_norm": 0.0,
    }  # fmt: skip
    rows = Dataset.from_dict({"prompt_ids": prompts, "answer_ids": [[] for _ in prompts]})
    step = SimpleNamespace(batch_size=ANSWERS, micro_batch_size=ANSWERS, seed=seed, shuffled=True)
    job: Any = SimpleNamespace(
        model=given["model"], arguments=arguments, train=rows, callbacks=[], tokenizer=tokenizer,
        lengths=[len(each) + LENGTH for each in prompts], step=step, ends=frozenset(ends), switches=True,
        scorer=lambda _: score,
    )  # fmt: skip
    trainer = ppo_trainer(job, ppo)
    began = time.process_time()
    trainer.train()
    logs = [each for each in trainer.state.log_history if "reward" in each][::PASSES][-5:]
    return {
        "reward": sum(each["reward"] for each in logs) / len(logs),
        "kl": sum(each["kl"] for each in logs) / len(logs),
        "seconds": time.process_time() - began,
    }


def theirs(seed: int) -> dict[str, float]:
    """TRL's trainer; the reward comes as a model whose score of a token is worked out from the ids before it."""
    import tempfile

    import torch
    from datasets import Dataset
    from transformers import AutoModelForSequenceClassification
    from trl.experimental.ppo import PPOConfig, PPOTrainer

    given = setting(seed)
    tokenizer, prompts = given["tokenizer"], given["prompts"]
    good, ends = wanted(tokenizer), {tokenizer.eos_token_id}
    width = max(map(len, prompts))

    class Backbone(torch.nn.Module):
        def forward(self, input_ids: Any, **_: Any) -> Any:
            return SimpleNamespace(hidden_states=[input_ids])

    class Rewarding(torch.nn.Module):
        base_model_prefix = "backbone"

        def __init__(self) -> None:
            super().__init__()
            self.backbone = Backbone()

        def score(self, ids: Any) -> Any:
            values = torch.zeros(*ids.shape, 1)
            for row, whole in enumerate(ids.tolist()):
                answer = whole[self.asked :]
                if tokenizer.pad_token_id in answer:
                    answer = answer[: answer.index(tokenizer.pad_token_id)]
                values[row] = worth(answer, good, ends)
            return values

    rewarding = Rewarding()
    values = AutoModelForSequenceClassification.from_pretrained(SPECS / "base", num_labels=1, dtype=torch.float32)
    torch.nn.init.zeros_(values.score.weight)
    config = PPOConfig(
        output_dir=tempfile.mkdtemp(), total_episodes=ANSWERS * UPDATES, per_device_train_batch_size=ANSWERS,
        gradient_accumulation_steps=1, num_mini_batches=1, num_ppo_epochs=PASSES, learning_rate=RATE, kl_coef=KL,
        lr_scheduler_type="constant", response_length=LENGTH, temperature=1.0, stop_token="eos", seed=seed,
        use_cpu=True, report_to="none", num_sample_generations=0, save_strategy="no", logging_steps=1,
        bf16=False, disable_tqdm=True,
    )  # fmt: skip
    padded = [[tokenizer.pad_token_id] * (width - len(each)) + each for each in prompts]
    rewarding.asked = width
    trainer = PPOTrainer(
        args=config, processing_class=tokenizer, model=given["model"], ref_model=None, reward_model=rewarding,
        value_model=values, train_dataset=Dataset.from_dict({"input_ids": padded}),
    )  # fmt: skip
    began = time.process_time()
    trainer.train()
    logs = [each for each in trainer.state.log_history if "objective/scores" in each][-5:]
    return {
        "reward": sum(each["objective/scores"] for each in logs) / len(logs),
        "kl": sum(each["objective/kl"] for each in logs) / len(logs),
        "seconds": time.process_time() - began,
    }


def main() -> int:
    """One line for each trainer and seed, as JSON; a process each, since the two need different TRLs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trl", help="the Python of an environment with TRL 1.10")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("WHO", "SEED"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        who, seed = given.one
        print(json.dumps({"who": who, "seed": int(seed), **(theirs if who == "trl" else ours)(int(seed))}))
        return 0
    pythons = {"ftspec": sys.executable} | ({"trl": given.trl} if given.trl else {})
    for who, python in pythons.items():
        for seed in range(given.seeds):
            subprocess.run([python, "-m", "bench.ppo", "--one", who, str(seed)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

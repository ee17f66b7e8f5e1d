"""Configs as users of other tools write them."""

AXOLOTL = """\
base_model: org/name
revision_of_model: 0123456789012345678901234567890123456789
load_in_4bit: true
adapter: qlora
lora_r: 32
lora_alpha: 64
lora_dropout: 0.05
lora_target_linear: true
datasets:
  - path: data/tickets.jsonl
    type: alpaca
val_set_size: 0.1
sequence_len: 2048
sample_packing: true
gradient_accumulation_steps: 4
micro_batch_size: 2
num_epochs: 3
optimizer: adamw_bnb_8bit
lr_scheduler: cosine
learning_rate: 2e-4
warmup_ratio: 0.1
bf16: auto
gradient_checkpointing: true
wandb_project: mine
liger_rope: true
output_dir: ./out
trust_remote_code: true
lora_rr: 8
early_stopping_patience:
"""

LLAMA_FACTORY = """\
model_name_or_path: org/name
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 8
lora_target: all
dataset: tickets,english
template: llama3
cutoff_len: 1024
max_samples: 1000
per_device_train_batch_size: 1
gradient_accumulation_steps: 8
learning_rate: 1.0e-4
num_train_epochs: 3.0
lr_scheduler_type: cosine
warmup_ratio: 0.1
bf16: true
output_dir: saves/name
plot_loss: true
"""

TRL = """\
model_name_or_path: org/name
dataset_name: org/set
dataset_config: main
dataset_train_split: train
learning_rate: 5.0e-5
max_steps: 200
warmup_steps: 20
per_device_train_batch_size: 4
gradient_accumulation_steps: 2
max_length: 512
packing: false
use_peft: true
lora_r: 16
lora_alpha: 32
lora_target_modules: [q_proj, v_proj]
lr_scheduler_type: linear
optim: adamw_torch
eval_strategy: steps
save_steps: 50
seed: 7
"""

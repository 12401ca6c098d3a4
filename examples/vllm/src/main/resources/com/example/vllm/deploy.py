"""Text generation with vLLM: what runs on the workers. Where and on how many is said in Main.java."""

from vastai import Deployment

MODEL = "Qwen/Qwen3-0.6B"

app = Deployment(name="vllm")


@app.context()
class Engine:
    """The model, loaded once per worker before it takes calls."""

    async def __aenter__(self):
        from vllm import AsyncEngineArgs, AsyncLLMEngine

        self.llm = AsyncLLMEngine.from_engine_args(AsyncEngineArgs(model=MODEL, max_model_len=2048))
        await self.complete("Hello", 1, 0.0)  # allocates what the first call would wait for
        return self

    async def __aexit__(self, *failure):
        self.llm.shutdown()

    async def complete(self, prompt, max_tokens, temperature):
        from uuid import uuid4

        from vllm import SamplingParams

        parameters = SamplingParams(max_tokens=max_tokens, temperature=temperature)
        output = None
        async for output in self.llm.generate(prompt, parameters, request_id=uuid4().hex):
            pass  # each output holds the whole text so far
        return output.outputs[0]


@app.remote(
    benchmark_dataset=[
        {"prompt": "Write a haiku about the sea.", "max_tokens": 64, "temperature": 0.7},
        {"prompt": "Explain how a heat pump works.", "max_tokens": 64, "temperature": 0.7},
    ],
    allow_parallel_requests=True,
    workload_calculator=lambda prompt, max_tokens, temperature: float(max_tokens),
)
async def generate(prompt: str, max_tokens: int, temperature: float) -> dict:
    completion = await app.get_context(Engine).complete(prompt, max_tokens, temperature)
    return {
        "text": completion.text,
        "tokens": len(completion.token_ids),
        "finish_reason": completion.finish_reason,
    }

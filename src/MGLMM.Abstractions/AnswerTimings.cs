namespace MGLMM;

/// <summary>Where the time of an answer went. A stage that was not needed (because its result was kept) took no time.</summary>
public sealed record AnswerTimings
{
    /// <summary>Waiting for a place in the queue.</summary>
    public TimeSpan Queue { get; init; }

    /// <summary>Pre-processing and encoding the picture for the language model.</summary>
    public TimeSpan GlobalEncoder { get; init; }

    /// <summary>Encoding the boxes that were asked about, with what that needs of the picture once.</summary>
    public TimeSpan RegionEncoder { get; init; }

    /// <summary>Running the prompt's positions that were not in the KV cache yet.</summary>
    public TimeSpan Prefill { get; init; }

    /// <summary>Generating the tokens after the first.</summary>
    public TimeSpan Decode { get; init; }

    /// <summary>Pre-processing and encoding the picture for the mask decoder.</summary>
    public TimeSpan GroundingEncoder { get; init; }

    /// <summary>Decoding all masks.</summary>
    public TimeSpan MaskDecoder { get; init; }

    /// <summary>Bringing mask logits to the picture's size.</summary>
    public TimeSpan Postprocessing { get; init; }

    /// <summary>From the request to the answer.</summary>
    public TimeSpan Total { get; init; }

    /// <summary>Positions of the prompt, image tokens included.</summary>
    public int PromptPositions { get; init; }

    /// <summary>Positions of the prompt that were in the KV cache already.</summary>
    public int ReusedPositions { get; init; }

    /// <summary>
    /// Runs of the decoder after the prompt. Fewer than the answer has tokens where guesses from earlier answers were right.
    /// </summary>
    public int DecodeRuns { get; init; }

    /// <summary>Whether the image tokens came from the cache or were not needed at all.</summary>
    public bool GlobalEncoderSkipped { get; init; }

    /// <summary>Whether the grounding embedding came from the cache or was not needed at all.</summary>
    public bool GroundingEncoderSkipped { get; init; }
}

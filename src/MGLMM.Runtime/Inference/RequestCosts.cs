namespace MGLMM.Runtime.Inference;

/// <summary>
/// What requests take of the device, learnt from those that were answered: by stage, so that a question about a picture that is known already is not taken for one about a new one.
/// Thread-safe.
/// </summary>
internal sealed class RequestCosts
{
    /// <summary>A stage that took longer than ever before may have waited for others; one that was shorter did not.</summary>
    private const double Up = 0.05;

    private const double Down = 0.5;

    private readonly Lock _sync = new();
    private Average _encoder = new(Up, Down);
    private Average _grounding = new(Up, Down);
    private Average _position = new(Up, Down);
    private Average _token = new(Up, Down);
    private Average _masks = new(Up, Down);
    private Average _tokens = new(0.1, 0.1);

    /// <summary>What a request will take.</summary>
    /// <param name="encoded">Whether the picture's image tokens are kept.</param>
    /// <param name="grounded">Whether its grounding embedding is kept.</param>
    /// <param name="positions">Positions of the prompt that are not in a KV cache.</param>
    /// <param name="maximumNewTokens">What its answer is limited to.</param>
    /// <returns>Zero where nothing was answered yet.</returns>
    public TimeSpan Predict(bool encoded, bool grounded, int positions, int maximumNewTokens)
    {
        lock (_sync)
        {
            return TimeSpan.FromSeconds(
                (encoded ? 0 : _encoder.Value)
                + (grounded ? 0 : _grounding.Value)
                + (positions * _position.Value)
                + (Math.Min(maximumNewTokens, _tokens.Value) * _token.Value)
                + _masks.Value);
        }
    }

    /// <summary>Learns from an answer.</summary>
    public void Learn(GroundedAnswer answer)
    {
        AnswerTimings timings = answer.Timings;
        lock (_sync)
        {
            _encoder.Add(timings.GlobalEncoder.TotalSeconds, !timings.GlobalEncoderSkipped);
            _grounding.Add(timings.GroundingEncoder.TotalSeconds, !timings.GroundingEncoderSkipped);
            int positions = timings.PromptPositions - timings.ReusedPositions;
            _position.Add(timings.Prefill.TotalSeconds / positions, positions > 0);
            _token.Add(timings.Decode.TotalSeconds / answer.TokenIds.Count, answer.TokenIds.Count > 1);
            _masks.Add((timings.MaskDecoder + timings.Postprocessing).TotalSeconds, answer.Segments.Count > 0);
            _tokens.Add(answer.TokenIds.Count, answer.TokenIds.Count > 0);
        }
    }

    private struct Average(double up, double down)
    {
        private bool _known;

        public double Value { get; private set; }

        public void Add(double value, bool happened)
        {
            if (happened)
            {
                Value = _known ? Value + ((value - Value) * (value > Value ? up : down)) : value;
                _known = true;
            }
        }
    }
}

namespace MGLMM.Evaluation.Drawing;

/// <summary>Numbers by chance from a seed (SplitMix64), the same on every machine and in every version. Not thread-safe.</summary>
internal sealed class DrawingRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A seed for another one.</summary>
    public ulong Next()
    {
        ulong mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to below 1.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Between two numbers.</summary>
    public double Between(double low, double high) => low + ((high - low) * Share());

    /// <summary>From 0 to below a number.</summary>
    public int Below(int count) => (int)(Share() * count);

    /// <summary>One of several; what is there twice comes twice as often.</summary>
    public T Choice<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>One of several by weight.</summary>
    public T Weighted<T>(params ReadOnlySpan<(T Choice, double Weight)> choices)
    {
        double sum = 0;
        foreach ((T _, double weight) in choices)
        {
            sum += weight;
        }

        double at = Share() * sum;
        foreach ((T choice, double weight) in choices)
        {
            if ((at -= weight) < 0)
            {
                return choice;
            }
        }

        return choices[^1].Choice;
    }

    /// <summary>From a bell curve around 0 of width 1.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Share())) * Math.Cos(2 * Math.PI * Share());
}

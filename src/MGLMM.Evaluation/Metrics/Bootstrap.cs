namespace MGLMM.Evaluation.Metrics;

/// <summary>Percentile bootstrap over samples with a fixed seed, so that the same values give the same interval.</summary>
internal static class Bootstrap
{
    private const int Draws = 1000;

    private const int Seed = 20240913;

    /// <summary>The 95 % interval of the mean.</summary>
    public static (double Low, double High) MeanInterval(IReadOnlyList<double> values)
    {
        (double Low, double High)? interval = Interval(values.Count, drawn =>
        {
            double sum = 0d;
            foreach (int index in drawn)
            {
                sum += values[index];
            }

            return sum / drawn.Length;
        });
        return interval!.Value;
    }

    /// <summary>The 95 % interval of any statistic of the samples.</summary>
    /// <param name="samples">How many there are.</param>
    /// <param name="statistic">Its value over the samples with the given indices, which repeat; null where they do not define it.</param>
    /// <returns>Null if no draw defined it.</returns>
    public static (double Low, double High)? Interval(int samples, Func<int[], double?> statistic)
    {
        Random random = new(Seed);
        int[] drawn = new int[samples];
        List<double> values = new(Draws);
        for (int draw = 0; draw < Draws; draw++)
        {
            for (int index = 0; index < samples; index++)
            {
                drawn[index] = random.Next(samples);
            }

            if (statistic(drawn) is { } value)
            {
                values.Add(value);
            }
        }

        values.Sort();
        return values.Count == 0 ? null : (values[(int)(0.025 * values.Count)], values[Math.Max(0, (int)(0.975 * values.Count) - 1)]);
    }
}

namespace MGLMM.Evaluation.Metrics;

/// <summary>Percentile bootstrap with a fixed seed, so that the same values give the same interval.</summary>
internal static class Bootstrap
{
    private const int Draws = 1000;

    private const int Seed = 20240913;

    /// <summary>The 95 % interval of the mean.</summary>
    public static (double Low, double High) MeanInterval(IReadOnlyList<double> values)
    {
        var random = new Random(Seed);
        var means = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var sum = 0d;
            for (var index = 0; index < values.Count; index++)
            {
                sum += values[random.Next(values.Count)];
            }

            means[draw] = sum / values.Count;
        }

        Array.Sort(means);
        return (means[(int)(0.025 * Draws)], means[(int)(0.975 * Draws) - 1]);
    }
}

namespace MGLMM.Conversion.Tests.Parity;

/// <summary>Comparison of numbers with the oracle's.</summary>
internal static class Closeness
{
    /// <summary>Fails unless every number is within <paramref name="tolerance"/> of the expected one.</summary>
    public static void Assert(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        double worst = 0d;
        for (int index = 0; index < expected.Length; index++)
        {
            worst = Math.Max(worst, Math.Abs((double)expected[index] - actual[index]));
            Xunit.Assert.False(float.IsNaN(actual[index]));
        }

        Xunit.Assert.True(worst <= tolerance, $"Largest difference {worst:g4}, allowed {tolerance:g4}.");
    }
}

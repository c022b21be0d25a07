namespace MGLMM.Masks.Tests;

/// <summary>What every mask must satisfy, and equality with the plain implementation.</summary>
internal static class Same
{
    public static void Check(Plain expected, Mask actual, object? what = null)
    {
        Canonical(actual);
        int[] counts = expected.Counts();
        if (actual.Width != expected.Width || actual.Height != expected.Height || !actual.Counts.SequenceEqual(counts))
        {
            Assert.Fail(
                $"{what}: expected {expected.Width} x {expected.Height} [{string.Join(' ', counts)}], got {actual.Width} x {actual.Height} [{string.Join(' ', actual.Counts.ToArray())}]");
        }
    }

    public static void Canonical(Mask mask)
    {
        long sum = 0;
        long area = 0;
        for (int i = 0; i < mask.Counts.Length; i++)
        {
            int count = mask.Counts[i];
            if (count < 0 || (count == 0 && (i > 0 || mask.Counts.Length == 1)))
            {
                Assert.Fail($"run {i} has length {count}");
            }

            sum += count;
            area += (i & 1) != 0 ? count : 0;
        }

        Assert.Equal((long)mask.Width * mask.Height, sum);
        Assert.Equal(area, mask.Area);
        Assert.Equal(area == 0, mask.IsEmpty);
    }
}

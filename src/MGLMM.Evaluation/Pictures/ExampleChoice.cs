namespace MGLMM.Evaluation.Pictures;

/// <summary>Chooses the samples of a task that are shown.</summary>
internal static class ExampleChoice
{
    /// <summary>The best, the median and the worst, as indices; fewer where they are the same sample.</summary>
    /// <param name="qualities">In the order of the file.</param>
    public static IReadOnlyList<(ExampleRank Rank, int Index)> Of(IReadOnlyList<double> qualities)
    {
        int[] ordered = Enumerable.Range(0, qualities.Count).OrderByDescending(index => qualities[index]).ToArray();
        List<(ExampleRank Rank, int Index)> chosen = new(3);
        Choose(ExampleRank.Best, [.. ordered.Where(index => qualities[index] == qualities[ordered[0]])]);
        Choose(ExampleRank.Worst, [.. ordered.Where(index => qualities[index] == qualities[ordered[^1]])]);
        Choose(ExampleRank.Median, ordered);
        return [.. chosen.OrderBy(entry => entry.Rank)];

        void Choose(ExampleRank rank, int[] candidates)
        {
            int index = candidates[candidates.Length / 2];
            if (!chosen.Exists(entry => entry.Index == index))
            {
                chosen.Add((rank, index));
            }
        }
    }
}

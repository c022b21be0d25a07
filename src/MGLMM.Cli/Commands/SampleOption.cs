using System.CommandLine;
using MGLMM.Evaluation;

namespace MGLMM.Cli.Commands;

/// <summary>Some of a file's pictures, by chance: <c>--sample</c> and <c>--seed</c>.</summary>
internal static class SampleOption
{
    public static Option<int?> Create() => new("--sample") { Description = "Only so many pictures, drawn by --seed, with all of their questions. A smaller number takes some of those that a larger one takes." };

    public static Option<int> CreateSeed() => new("--seed") { Description = "Which pictures --sample draws." };

    /// <summary>Whether the numbers can be.</summary>
    /// <exception cref="ArgumentException">One cannot.</exception>
    public static void Check(EvaluationOptions options)
    {
        foreach ((string name, int? value) in ((string, int?)[])[("--limit", options.SamplesPerTask), ("--sample", options.Pictures)])
        {
            if (value is < 1)
            {
                throw new ArgumentException($"{name} is {value}; it must be at least 1.");
            }
        }
    }
}

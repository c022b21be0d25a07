using System.Diagnostics;
using System.Globalization;
using MGLMM.Runtime;

namespace MGLMM.Benchmarks;

/// <summary>
/// Conversations at the same time on one device, with and without shared runs: tokens a second, how long an answer takes; and whether every answer of random mixes has
/// the ids that it has alone. The two take turns, so that both see the same machine.
/// </summary>
internal static class MixBenchmark
{
    private static readonly int[] Conversations = [1, 2, 4, 8];

    private static readonly string[] Expressions = ["the trees", "the house", "all people", "the largest thing", "the sky", "the animals", "the boat", "the red things"];

    public static async Task RunAsync(string bundleFolder, Workload workload, int answers, int mixes, int seed, CancellationToken cancellationToken)
    {
        using MglmmModel turns = Load(bundleFolder, 1, draft: 0);
        using MglmmModel shared = Load(bundleFolder, 8, draft: 0);
        Question[] questions = [.. Questions(shared, workload)];
        List<int[]> alone = new();
        foreach (Question question in questions)
        {
            alone.Add([.. (await AskAsync(turns, question, cancellationToken).ConfigureAwait(false)).TokenIds]);
        }

        Print($"{questions.Length} questions about {workload.Images.Count} pictures, alone {alone.Average(ids => ids.Length):N1} tokens each");
        await MixAsync(shared, questions, alone, mixes, seed, cancellationToken).ConfigureAwait(false);

        Print($"{"conversations",14} {"",-8} {"tokens/s",9} {"ratio",6} {"answer p50 ms",14} {"p99 ms",8}");
        foreach (int conversations in Conversations)
        {
            (string Name, MglmmModel Model, Measured Sum)[] variants = [("turns", turns, new Measured()), ("shared", shared, new Measured())];
            for (int round = 0; round < 4; round++)
            {
                // In both orders, so that neither always comes first.
                foreach ((string _, MglmmModel model, Measured sum) in round % 2 == 0 ? variants : [variants[1], variants[0]])
                {
                    await MeasureAsync(model, questions, conversations, answers, seed + round, sum, cancellationToken).ConfigureAwait(false);
                }
            }

            foreach ((string name, MglmmModel _, Measured sum) in variants)
            {
                Print($"{conversations,14} {name,-8} {sum.Rate,9:N0} {sum.Rate / variants[0].Sum.Rate,6:N2} {sum.Percentile(.5),14:N0} {sum.Percentile(.99),8:N0}");
            }
        }

        Print($"{shared.Sharing.SharedRuns} runs were shared, {(double)shared.Sharing.SharedSteps / Math.Max(1, shared.Sharing.SharedRuns):N2} tokens each");
    }

    /// <summary>Answers in random company, each compared with what it is alone.</summary>
    private static async Task MixAsync(MglmmModel model, Question[] questions, List<int[]> alone, int mixes, int seed, CancellationToken cancellationToken)
    {
        Random random = new(seed);
        (int asked, int different) = (0, 0);
        for (int mix = 0; mix < mixes; mix++)
        {
            int[] chosen = [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => random.Next(questions.Length))];
            int[] pauses = [.. chosen.Select(_ => random.Next(6))];
            bool[] same = await Task.WhenAll(chosen.Select(async (number, index) =>
            {
                await Task.Delay(pauses[index], cancellationToken).ConfigureAwait(false);
                return alone[number].SequenceEqual((await AskAsync(model, questions[number], cancellationToken).ConfigureAwait(false)).TokenIds);
            })).ConfigureAwait(false);
            asked += same.Length;
            different += same.Count(one => !one);
        }

        Print($"{mixes} mixes of 2 to 8: {asked} answers, {different} with other ids than alone; {model.Sharing.SharedRuns} shared runs of {(double)model.Sharing.SharedSteps / Math.Max(1, model.Sharing.SharedRuns):N2} tokens");
    }

    private static async Task MeasureAsync(MglmmModel model, Question[] questions, int conversations, int answers, int seed, Measured sum, CancellationToken cancellationToken)
    {
        long clock = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, conversations).Select(conversation => Task.Run(
            async () =>
            {
                Random random = new(HashCode.Combine(seed, conversation));
                for (int answer = 0; answer < answers; answer++)
                {
                    long begun = Stopwatch.GetTimestamp();
                    GroundedAnswer given = await AskAsync(model, questions[random.Next(questions.Length)], cancellationToken).ConfigureAwait(false);
                    sum.Add(given.TokenIds.Count, Stopwatch.GetElapsedTime(begun));
                }
            },
            cancellationToken))).ConfigureAwait(false);
        sum.Time += Stopwatch.GetElapsedTime(clock);
    }

    private static MglmmModel Load(string bundleFolder, int sequences, int draft) => MglmmModel.Load(
        bundleFolder, new ModelOptions { MaximumConcurrentRequests = 8, MaximumSharedSequences = sequences, MaximumDraftTokens = draft, ImageCacheBytes = 2L << 30 });

    private static IEnumerable<Question> Questions(MglmmModel model, Workload workload) =>
        from picture in workload.Images
        from instruction in Workload.Instructions(model).Concat(Expressions.Select(expression => model.Instructions.Fill("refer", expression)))
        select new Question(picture, instruction);

    private static Task<GroundedAnswer> AskAsync(MglmmModel model, Question question, CancellationToken cancellationToken) =>
        model.OpenImage(question.Picture).AskAsync(question.Instruction, cancellationToken: cancellationToken);

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed record Question(string Picture, string Instruction);

    private sealed class Measured
    {
        private readonly Lock _sync = new();
        private readonly List<double> _milliseconds = [];
        private long _tokens;

        public TimeSpan Time { get; set; }

        public double Rate => _tokens / Time.TotalSeconds;

        public void Add(int tokens, TimeSpan took)
        {
            lock (_sync)
            {
                _tokens += tokens;
                _milliseconds.Add(took.TotalMilliseconds);
            }
        }

        public double Percentile(double share) => _milliseconds.Order().ElementAt((int)(share * (_milliseconds.Count - 1)));
    }
}

using System.Diagnostics;
using MGLMM.Runtime;
using MGLMM.Vision;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Benchmarks.Attack;

/// <summary>One owner with 64 callers that come again 5 ms after each "busy", and another who asks five times a second.</summary>
internal static class OwnersAttack
{
    private const int Callers = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(string bundle, string picture, TimeSpan time, CancellationToken cancellationToken)
    {
        using MglmmModel model = await MglmmModel.LoadAsync(bundle, cancellationToken: cancellationToken).ConfigureAwait(false);
        byte[] file = await File.ReadAllBytesAsync(picture, cancellationToken).ConfigureAwait(false);
        VisionToolset quiet = await ToolsetAsync(model, "quiet", file).ConfigureAwait(false);
        await AskFor(quiet, TimeSpan.FromSeconds(2), cancellationToken).ConfigureAwait(false);
        (List<double> alone, int busyAlone) = await AskFor(quiet, time, cancellationToken).ConfigureAwait(false);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (int answered, int refused) = (0, 0);
        List<Task> callers = [];
        for (int caller = 0; caller < Callers; caller++)
        {
            VisionToolset toolset = await ToolsetAsync(model, "busy", file).ConfigureAwait(false);
            callers.Add(Task.Run(
                async () =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        if (await toolset.AskAsync("img1", "How many trees are there?", cancellationToken: stop.Token).ConfigureAwait(false) is ToolError)
                        {
                            Interlocked.Increment(ref refused);
                            await Task.Delay(5, CancellationToken.None).ConfigureAwait(false);
                        }
                        else
                        {
                            Interlocked.Increment(ref answered);
                        }
                    }
                },
                CancellationToken.None));
        }

        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken).ConfigureAwait(false);
        (List<double> beside, int busyBeside) = await AskFor(quiet, time, cancellationToken).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(callers).ConfigureAwait(false);

        Console.WriteLine("| the quiet owner | answered | busy | median, ms | 95 of 100 within, ms | 99 of 100 |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Console.WriteLine($"| alone | {alone.Count} | {busyAlone} | {At(alone, 0.5):F1} | {At(alone, 0.95):F1} | {At(alone, 0.99):F1} |");
        Console.WriteLine($"| beside {Callers} callers of another | {beside.Count} | {busyBeside} | {At(beside, 0.5):F1} | {At(beside, 0.95):F1} | {At(beside, 0.99):F1} |");
        Console.WriteLine($"The median is {At(beside, 0.5) / At(alone, 0.5):F2} times that alone, 99 of 100 are {At(beside, 0.99) / At(alone, 0.99):F2} times. The other owner: {answered} answered, {refused} told to come again.");
    }

    private static async Task<VisionToolset> ToolsetAsync(MglmmModel model, string owner, byte[] file)
    {
        VisionToolset toolset = new(model, new VisionWorkspace(owner, "talk"));
        toolset.AddImage("picture", file);
        await toolset.OpenImageAsync("picture").ConfigureAwait(false);
        return toolset;
    }

    private static async Task<(List<double> Milliseconds, int Busy)> AskFor(VisionToolset toolset, TimeSpan time, CancellationToken cancellationToken)
    {
        (List<double> took, int busy) = ([], 0);
        Stopwatch all = Stopwatch.StartNew();
        while (all.Elapsed < time)
        {
            Stopwatch one = Stopwatch.StartNew();
            ToolResult result = await toolset.AskAsync("img1", "How many trees are there?", cancellationToken: cancellationToken).ConfigureAwait(false);
            if (result is ToolError)
            {
                busy++;
            }
            else
            {
                took.Add(one.Elapsed.TotalMilliseconds);
            }

            TimeSpan left = Pause - one.Elapsed;
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }

        return (took, busy);
    }

    private static double At(List<double> values, double share) => values.Count == 0 ? double.NaN : values.Order().ElementAt((int)(share * (values.Count - 1)));
}

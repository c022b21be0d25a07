using System.Diagnostics;
using System.Globalization;

namespace MGLMM.Samples.Cluster;

/// <summary>Mixed traffic for a long time at four fifths of what the cluster can do: whether memory stays and nothing fails.</summary>
internal static class Soak
{
    private const double Share = 0.8;

    private static readonly TimeSpan Calibration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <summary>Runs it.</summary>
    /// <param name="time">How long.</param>
    /// <param name="isQuiet">Whether the members' own lines are left out.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<int> RunAsync(TimeSpan time, bool isQuiet, CancellationToken cancellationToken)
    {
        Truth truth = await Truth.LearnAsync(cancellationToken).ConfigureAwait(false);
        string folder = Directory.CreateTempSubdirectory("mglmm-soak-").FullName;

        // What the cluster can do is wanted, not what one owner may ask for: three owners at four fifths of it are more than 20 requests a second each.
        Environment.SetEnvironmentVariable("Mglmm__Server__MaximumRequestsPerMinute", "60000");
        try
        {
            string gateway = $"http://127.0.0.1:{LocalCluster.FreePort()}";
            await using LocalCluster cluster = await LocalCluster.StartAsync(
                new LocalClusterOptions { IsQuiet = isQuiet, Gateways = [gateway], KeyFile = Traffic.WriteKeys(folder) }, cancellationToken).ConfigureAwait(false);

            // What it can do, of callers that never wait: not in the first half minute, in which it is compiled and encodes each picture once.
            await RunAsync(new Traffic(truth, [gateway], TimeSpan.FromMinutes(5.5)), pause: null, Calibration, cancellationToken).ConfigureAwait(false);
            Traffic full = new(truth, [gateway], TimeSpan.FromMinutes(5.5));
            await RunAsync(full, pause: null, Calibration, cancellationToken).ConfigureAwait(false);
            double each = Calibration.TotalSeconds / full.Times.Count;
            Console.WriteLine($"Callers that never wait: {1 / each:0.0} answers a second.");

            // Each call is followed by a pause, drawn so that four fifths of the time are calls.
            Traffic traffic = new(truth, [gateway], TimeSpan.FromMinutes(5.5));
            (string Name, Member Member, List<(double Minutes, double Megabytes)> Held)[] members =
            [
                ("gateway", cluster.Gateways[0], []), .. cluster.Workers.Select(worker => (worker.Name, worker, new List<(double, double)>())), ("redis", cluster.Redis, []),
            ];
            Stopwatch watch = Stopwatch.StartNew();
            Task asking = RunAsync(traffic, Paced(full, Calibration), time, cancellationToken);
            while (!asking.IsCompleted)
            {
                foreach ((_, Member member, List<(double Minutes, double Megabytes)> held) in members)
                {
                    held.Add((watch.Elapsed.TotalMinutes, member.MemoryBytes / 1e6));
                }

                await Task.WhenAny(asking, Task.Delay(Between, cancellationToken)).ConfigureAwait(false);
            }

            await asking.ConfigureAwait(false);
            traffic.Report($"{time.TotalMinutes:0.#} minutes, {traffic.Times.Count / watch.Elapsed.TotalSeconds:0.0} answers a second ({traffic.Times.Count / watch.Elapsed.TotalSeconds * each:0 %} of what it can do)");
            Console.WriteLine("| process | start | a quarter | half | three quarters | end, MB | slope of the second half, MB a minute |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            foreach ((string name, _, List<(double Minutes, double Megabytes)> held) in members)
            {
                string points = string.Join(" | ", Enumerable.Range(0, 5).Select(quarter => held[Math.Min(held.Count - 1, held.Count * quarter / 4)].Megabytes.ToString("0", CultureInfo.InvariantCulture)));
                Console.WriteLine($"| {name} | {points} | {Slope(held[(held.Count / 2)..]):0.00} |");
            }

            return traffic.Violations.Count == 0 && traffic.Told == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(Traffic traffic, Func<Random, Task>? pause, TimeSpan time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(time);
        await traffic.RunAsync(pause, ending.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static Func<Random, Task> Paced(Traffic full, TimeSpan time)
    {
        double step = time.TotalSeconds * Traffic.Callers / full.Steps;
        return random => Task.Delay(TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) * step * ((1 / Share) - 1)));
    }

    /// <summary>Least squares.</summary>
    private static double Slope(List<(double Minutes, double Megabytes)> held)
    {
        double time = held.Average(one => one.Minutes), memory = held.Average(one => one.Megabytes);
        return held.Sum(one => (one.Minutes - time) * (one.Megabytes - memory)) / held.Sum(one => (one.Minutes - time) * (one.Minutes - time));
    }
}

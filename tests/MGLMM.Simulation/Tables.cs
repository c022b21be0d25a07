using System.Diagnostics;
using System.Globalization;
using System.Net;
using MGLMM.Orleans.Workers;
using MGLMM.Simulation.Costs;
using MGLMM.Simulation.Load;
using MGLMM.Simulation.Machines;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;

namespace MGLMM.Simulation;

/// <summary>The tables of docs/scaling.md, as Markdown.</summary>
internal sealed class Tables(Hardware gpu, double users, int seed, TextWriter output)
{
    /// <summary>What is decoded together where batching is supposed.</summary>
    private const int Together = 16;

    /// <summary>A model's card: some 2 KB for the embedded one, most of it the sentences that it is asked with.</summary>
    private const int CardBytes = 2_200;

    /// <summary>Assumption: a photograph as PNG.</summary>
    private const double PictureMegabytes = 1;

    /// <summary>Seconds within which 99 of 100 answers are to be there.</summary>
    private const double Wanted = 5;

    private readonly StageCosts _costs = StageCosts.Of(gpu);
    private readonly LoadModel _load = new();

    private static Placement[] Placements => Enum.GetValues<Placement>();

    public int Write(string which, CancellationToken cancellationToken)
    {
        foreach ((string name, Action<CancellationToken> table) in ((string, Action<CancellationToken>)[])[("costs", Costs), ("machines", Machines), ("million", Million), ("breaks", Breaks), ("patience", Patience), ("evictions", Evictions), ("control", Control)])
        {
            if (which == "all" || which == name)
            {
                table(cancellationToken);
                output.WriteLine();
                output.Flush();
            }
        }

        return 0;
    }

    private void Costs(CancellationToken cancellationToken)
    {
        Row("a stage, ms", "CLIP", "SAM", "prefill, a position", "decoding, a token", "one more in its step", "a mask", "a question", "kept pictures");
        Line(9);
        foreach (StageCosts costs in (StageCosts[])[StageCosts.MeasuredCpu, StageCosts.Of(Hardware.H100), StageCosts.Of(Hardware.A100), StageCosts.Of(Hardware.L4)])
        {
            double question = (Base(costs) with { Workers = 1, QuestionsPerSecond = 1 }).SecondsPerQuestion(cancellationToken);
            double picture = StageCosts.EncodingBytes + (StageCosts.BytesPerPosition * StageCosts.PicturePositions);
            Row(costs.Name, Ms(costs.Clip), Ms(costs.Sam), Ms(costs.PrefillPosition), Ms(costs.Token), Ms(costs.FurtherToken), Ms(costs.Mask), Ms(question), $"{costs.CacheBytes / picture:0}");
        }
    }

    private void Machines(CancellationToken cancellationToken)
    {
        double rate = 0.7 / (Base(_costs) with { Workers = 1, QuestionsPerSecond = 1 }).SecondsPerQuestion(cancellationToken);
        output.WriteLine($"{rate:0.00} questions a second for each GPU, one answer at a time:\n");
        Row("GPUs", "placement", "questions/s", "answered at once from encodings", "from keys and values", "p50, s", "p99, s", "busy", "busiest");
        Line(9);
        foreach (int workers in (int[])[1, 10, 100, 1_000])
        {
            foreach (Placement placement in workers == 1 ? [Placement.Affinity] : Placements)
            {
                // Fewer seconds are as many questions where there are more workers.
                Outcome outcome = (Base(_costs) with
                {
                    Workers = workers, QuestionsPerSecond = rate * workers, Placement = placement, WarmSeconds = 400, Seconds = workers >= 1_000 ? 120 : workers >= 100 ? 600 : 3_600,
                }).Run(cancellationToken);
                Row($"{workers}", Name(placement), $"{outcome.QuestionsPerSecond:0.0}", Percent(outcome.Encoded), Percent(outcome.State), Seconds(outcome, outcome.Median), Seconds(outcome, outcome.Percentile99), Percent(outcome.Busy), Percent(outcome.BusiestWorker));
            }
        }
    }

    private void Million(CancellationToken cancellationToken)
    {
        double peak = _load.QuestionsPerSecond(users, LoadModel.PeakHour);
        double day = users * _load.SessionsPerUserAndDay * _load.QuestionsPerSession;
        output.WriteLine($"{users:0,0} users, {day:0,0} questions a day, {peak:0.0} a second in the busiest hour; ${gpu.PricePerHour} for an hour of a {gpu.Name}:\n");
        Row("decoded together", "placement", $"GPUs for p99 within {Wanted} s", "p50, s", "p99, s", "busy in the peak", "$ a million questions, always on", "by the hour");
        Line(8);
        foreach (int together in (int[])[1, Together])
        {
            foreach (Placement placement in Placements)
            {
                Scenario scenario = Base(_costs) with { AtOnce = together, Placement = placement, QuestionsPerSecond = peak, WarmSeconds = 600, Seconds = 600 };
                (int workers, Outcome outcome) = Fewest(scenario, cancellationToken);

                // Switched off by the hour: as many as the hour's share of the peak, never fewer than two.
                double hours = Enumerable.Range(0, 24).Sum(hour => Math.Max(2, Math.Ceiling(workers * LoadModel.HourFactor(hour) / LoadModel.HourFactor(LoadModel.PeakHour))));
                Row(
                    $"{together}", Name(placement), $"{workers}", $"{outcome.Median:0.00}", $"{outcome.Percentile99:0.00}", Percent(outcome.Busy),
                    $"{workers * 24 * _costs.PricePerHour / day * 1e6:0}", $"{hours * _costs.PricePerHour / day * 1e6:0}");
            }
        }
    }

    private void Breaks(CancellationToken cancellationToken)
    {
        const int Workers = 50;
        double capacity = Workers / (Base(_costs) with { Workers = 1, QuestionsPerSecond = 1 }).SecondsPerQuestion(cancellationToken);
        output.WriteLine($"{Workers} GPUs, p99 in seconds (share of questions that found the picture encoded, its keys and values):\n");
        Row("load, of what they can do", [.. Placements.Select(Name)]);
        Line(4);
        foreach (double share in (double[])[0.3, 0.5, 0.7, 0.8, 0.9, 1.0])
        {
            Scenario at = Base(_costs) with { Workers = Workers, QuestionsPerSecond = capacity * share };
            Row(Percent(share), [.. Placements.Select(placement => Tail((at with { Placement = placement }).Run(cancellationToken)))]);
        }

        output.WriteLine();
        Row("memory for pictures, GB a GPU, at 70 %", [.. Placements.Select(Name)]);
        Line(4);
        foreach (double gigabytes in (double[])[0.5, 2, 8, 32, 64])
        {
            Scenario at = Base(_costs) with { Workers = Workers, QuestionsPerSecond = capacity * 0.7, CacheBytes = gigabytes * 1e9 };
            Row($"{gigabytes}", [.. Placements.Select(placement => Tail((at with { Placement = placement }).Run(cancellationToken)))]);
        }

        output.WriteLine();
        Row("of all pictures one, at 70 %", [.. Placements.Select(Name)]);
        Line(4);
        foreach (double viral in (double[])[0, 0.05, 0.2, 0.5])
        {
            Scenario at = Base(_costs) with { Workers = Workers, QuestionsPerSecond = capacity * 0.7, Load = _load with { ViralShare = viral } };
            Row(Percent(viral), [.. Placements.Select(placement => Tail((at with { Placement = placement }).Run(cancellationToken)))]);
        }
    }

    /// <summary>What <c>ClusterModelOptions.HotAfter</c> is worth on quick and slow devices.</summary>
    private void Patience(CancellationToken cancellationToken)
    {
        const int Workers = 50;
        (string Name, StageCosts Costs)[] devices = [(gpu.Name, _costs), ("2 CPU cores", StageCosts.MeasuredCpu)];
        output.WriteLine($"{Workers} workers at 70 %, p99 in seconds (found encoded, keys and values), by HotAfter:\n");
        Row("HotAfter", [.. devices.Select(device => device.Name)]);
        Line(1 + devices.Length);
        foreach (int hotAfter in (int[])[1, 2, 4, 8, 1_000])
        {
            Row($"{hotAfter}", [.. devices.Select(device =>
            {
                Scenario scenario = Base(device.Costs) with { Workers = Workers };
                double question = scenario.SecondsPerQuestion(cancellationToken);
                return Tail((scenario with { QuestionsPerSecond = 0.7 * Workers / question, HotAfter = hotAfter, WarmSeconds = 1_200 * question, Seconds = 1_200 * question }).Run(cancellationToken));
            })]);
        }
    }

    /// <summary>What a full worker lets go, on a worker that has been up for long.</summary>
    private void Evictions(CancellationToken cancellationToken)
    {
        Row("device", "memory for pictures, GB", "keys and values first", "the oldest picture first (what ships)");
        Line(4);
        foreach (StageCosts costs in (StageCosts[])[StageCosts.MeasuredCpu, StageCosts.Of(Hardware.H100), StageCosts.Of(Hardware.A100), StageCosts.Of(Hardware.L4)])
        {
            Row(costs.Name, [$"{costs.CacheBytes / 1e9:0}", .. Enum.GetValues<Eviction>().Select(eviction =>
            {
                Scenario scenario = Base(costs) with { Eviction = eviction };
                Outcome outcome = scenario.Alone(cancellationToken);
                return $"{outcome.Busy / outcome.QuestionsPerSecond:0.00} s a question ({Percent(outcome.Encoded)}, {Percent(outcome.State)})";
            })]);
        }
    }

    /// <summary>What is not a device's: the list of workers, and what conversations keep. Sizes are of the real messages; the rest is arithmetic.</summary>
    private void Control(CancellationToken cancellationToken)
    {
        using ServiceProvider services = new ServiceCollection().AddSerializer(serializer => serializer.AddAssembly(typeof(WorkerList).Assembly)).BuildServiceProvider();
        Serializer serializer = services.GetRequiredService<Serializer>();
        string card = new('x', CardBytes);
        Row("workers", "a list of them, bytes", "with each one's card", "sent in a second, MB", "with each one's card", "to write it once, ms");
        Line(6);
        foreach (int workers in (int[])[2, 10, 100, 1_000])
        {
            cancellationToken.ThrowIfCancellationRequested();
            WorkerReport[] full = [.. Enumerable.Range(0, workers).Select(number => new WorkerReport(
                SiloAddress.New(new IPEndPoint(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), 11111), 123_456_789), "simulated@0123456789abcdef", new string(card), number % 5, false))];
            WorkerReport[] once = [.. full.Select((report, number) => number == 0 ? report : report with { Card = string.Empty })];
            WorkerList list = new(Guid.NewGuid(), once);
            long length = serializer.SerializeToArray(list).Length, whole = serializer.SerializeToArray(new WorkerList(list.Id, full)).Length;
            Stopwatch watch = Stopwatch.StartNew();
            for (int time = 0; time < 20; time++)
            {
                serializer.SerializeToArray(list);
            }

            Row($"{workers}", $"{length:0,0}", $"{whole:0,0}", $"{length * workers / 1e6:0.00}", $"{whole * workers / 1e6:0.00}", $"{watch.Elapsed.TotalMilliseconds / 20:0.00}");
        }

        double pictures = users * _load.SessionsPerUserAndDay * _load.PicturesPerSession * (1 - _load.SharedShare);
        output.WriteLine($"\n{users:0,0} users show {pictures:0,0} pictures of their own a day; at an assumed {PictureMegabytes} MB each, kept for 30 days, that is {pictures * PictureMegabytes * 30 / 1e6:0.0} TB.");
    }

    /// <summary>The fewest workers that are quick enough, and what came of them.</summary>
    private static (int Workers, Outcome Outcome) Fewest(Scenario scenario, CancellationToken cancellationToken)
    {
        (int low, int high) = (0, 8);
        Outcome? found = null;
        for (; ; high *= 2)
        {
            found = (scenario with { Workers = high }).Run(cancellationToken);
            if (IsQuick(found))
            {
                break;
            }

            low = high;
        }

        while (high - low > 1)
        {
            int between = (low + high) / 2;
            Outcome outcome = (scenario with { Workers = between }).Run(cancellationToken);
            (low, high, found) = IsQuick(outcome) ? (low, between, outcome) : (between, high, found);
        }

        return (high, found);
    }

    private static bool IsQuick(Outcome outcome) => outcome.Percentile99 <= Wanted && outcome.Growth < 0.02;

    private Scenario Base(StageCosts costs) => new() { Costs = costs, Workers = 1, QuestionsPerSecond = 1, Load = _load, Seed = seed };

    private static string Name(Placement placement) => placement switch
    {
        Placement.Affinity => "affinity",
        Placement.Turns => "round robin",
        _ => "least busy",
    };

    private static string Tail(Outcome outcome) => $"{Seconds(outcome, outcome.Percentile99)} ({Percent(outcome.Encoded)}, {Percent(outcome.State)})";

    /// <summary>Where more comes than is done, a time says only how long it was looked at.</summary>
    private static string Seconds(Outcome outcome, double value) => outcome.Growth > 0.02 ? "does not keep up" : value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Ms(double seconds) => (seconds * 1e3).ToString(seconds < 1e-3 ? "0.000" : seconds < 1 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    private void Row(string first, params IEnumerable<string> others) => output.WriteLine($"| {first} | {string.Join(" | ", others)} |");

    private void Line(int columns) => output.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", columns)));
}

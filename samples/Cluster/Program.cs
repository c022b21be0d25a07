using System.CommandLine;
using MGLMM.Samples.Cluster;

Option<int> workers = new("--workers") { Description = "Workers to start.", DefaultValueFactory = _ => 2 };
Option<string> url = new("--urls") { Description = "Where the gateway listens.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
RootCommand root = new("A Redis, workers and a gateway on this machine, until Ctrl+C.") { workers, url };
root.SetAction(async (parsed, cancellationToken) =>
{
    await using LocalCluster cluster = await LocalCluster.StartAsync(parsed.GetRequiredValue(workers), parsed.GetRequiredValue(url), quiet: false, cancellationToken).ConfigureAwait(false);
    Console.WriteLine($"The page is at {parsed.GetRequiredValue(url)}, MCP at {parsed.GetRequiredValue(url)}/mcp; another worker joins with: mglmm worker --cluster {cluster.Address}");
    try
    {
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine("Stopping.");
    }

    return 0;
});

Command check = new("check", "Compares the answers of two workers with those of one process.");
check.SetAction((_, cancellationToken) => Checks.EqualityAsync(cancellationToken));
root.Add(check);

Option<int> pictures = new("--pictures") { DefaultValueFactory = _ => 200 };
Option<int> questions = new("--questions") { DefaultValueFactory = _ => 2_000 };
Command affinity = new("affinity", "Counts encodings of pictures that are asked about again and again, with affinity and without.") { pictures, questions };
affinity.SetAction((parsed, cancellationToken) => Checks.AffinityAsync(parsed.GetRequiredValue(pictures), parsed.GetRequiredValue(questions), cancellationToken));
root.Add(affinity);

Option<int> times = new("--times") { Description = "Kills of each kind.", DefaultValueFactory = _ => 50 };
Command faults = new("faults", "Kills workers and Redis under load and looks at every answer.") { times };
faults.SetAction((parsed, cancellationToken) => Checks.FaultsAsync(parsed.GetRequiredValue(times), cancellationToken));
root.Add(faults);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) }).ConfigureAwait(false);

using System.CommandLine;
using MGLMM.Samples.Cluster;

Option<int> workers = new("--workers") { Description = "Workers to start.", DefaultValueFactory = _ => 2 };
Option<string> url = new("--urls") { Description = "Where the gateway listens.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
RootCommand root = new("A Redis, workers and a gateway on this machine, until Ctrl+C.") { workers, url };
root.SetAction(async (parsed, cancellationToken) =>
{
    await using LocalCluster cluster = await LocalCluster.StartAsync(
        new LocalClusterOptions { Workers = parsed.GetRequiredValue(workers), Gateways = [parsed.GetRequiredValue(url)] }, cancellationToken).ConfigureAwait(false);
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

Option<int> times = new("--times") { Description = "Faults of each kind.", DefaultValueFactory = _ => 50 };
Option<string[]> kinds = new("--kind")
{
    Description = "worker, gateway, redis, network (needs root and iproute2), disk (needs root); all of them by default.", DefaultValueFactory = _ => FaultKinds.All, AllowMultipleArgumentsPerToken = true,
};
kinds.AcceptOnlyFromAmong(FaultKinds.All);
Option<bool> verbose = new("--verbose") { Description = "Shows the members' own lines." };
Command faults = new("faults", "Kills workers, gateways and Redis, pulls a worker's cable and fills disks under load, and looks at every answer and conversation.") { times, kinds, verbose };
faults.SetAction(async (parsed, cancellationToken) =>
{
    int violations = 0;
    foreach (string kind in parsed.GetRequiredValue(kinds))
    {
        violations += await FaultRun.RunAsync(kind, parsed.GetRequiredValue(times), isQuiet: !parsed.GetValue(verbose), cancellationToken).ConfigureAwait(false);
    }

    return violations == 0 ? 0 : 1;
});
root.Add(faults);

Option<double> minutes = new("--minutes") { Description = "How long.", DefaultValueFactory = _ => 10 };
Command soak = new("soak", "Mixed traffic at 80 % of what two workers and a gateway can do: errors, and the memory of each process over time.") { minutes, verbose };
soak.SetAction((parsed, cancellationToken) => Soak.RunAsync(TimeSpan.FromMinutes(parsed.GetRequiredValue(minutes)), isQuiet: !parsed.GetValue(verbose), cancellationToken));
root.Add(soak);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) }).ConfigureAwait(false);

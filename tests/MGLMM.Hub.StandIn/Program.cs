using System.Globalization;
using MGLMM.Hub.StandIn;

// Serves folders as models of a hub on loopback, for trying 'mglmm pull' by hand, and makes a checkpoint to serve.
//   dotnet run --project tests/MGLMM.Hub.StandIn -- make FOLDER [--megabytes 200] [--shards 5]
//   dotnet run --project tests/MGLMM.Hub.StandIn -- serve FOLDER [--port 8123] [--rate MB_PER_SECOND] [--cut MB]
// FOLDER holds ORG/NAME folders.
const long Megabyte = 1_000_000;
if (args is not ["make" or "serve", _, ..])
{
    Console.Error.WriteLine("make FOLDER [--megabytes N] [--shards N], or serve FOLDER [--port N] [--rate MB/s] [--cut MB]");
    return 2;
}

string folder = args[1];
if (args[0] == "make")
{
    const int Hidden = 768;
    const double LayerMegabytes = 14.2;
    string template = Path.Combine(Root(), "tests", "MGLMM.Runtime.Tests", "data", "oracle", "A");
    int layers = Math.Max(1, (int)(Number("--megabytes", 200) / LayerMegabytes));
    RandomCheckpoint.Make(
        Path.Combine(folder, "org", "tiny-glamm"),
        Path.Combine(folder, "org", "clip-vit-tiny-patch14-56"),
        Path.Combine(template, "mglmm-tiny-A"),
        Path.Combine(template, "clip-vit-tiny-patch14-56"),
        Hidden,
        layers,
        (int)Number("--shards", 5),
        "org/clip-vit-tiny-patch14-56");
    Console.WriteLine($"Made {Path.Combine(folder, "org")}.");
    return 0;
}

await using StandInHub hub = new((int)Number("--port", 8123), Number("--rate", 0) is > 0 and var rate ? (long)(rate * Megabyte) : null);
foreach (string organisation in Directory.EnumerateDirectories(folder))
{
    foreach (string model in Directory.EnumerateDirectories(organisation))
    {
        string id = $"{Path.GetFileName(organisation)}/{Path.GetFileName(model)}";
        hub.Models[id] = new StandInModel().Add(model);
        Console.WriteLine($"{id}: {hub.Models[id].Files.Count} files, {hub.Models[id].Files.Values.Sum(file => file.Length) / (double)Megabyte:n1} MB");
    }
}

if (Number("--cut", 0) is > 0 and var cut)
{
    // Every other reader of the store loses the connection.
    int count = 0;
    hub.Fault = request => request.IsStore && Interlocked.Increment(ref count) % 2 == 0 ? new StandInFault { CutAfter = (long)(cut * Megabyte), Resets = true } : null;
}

Console.WriteLine($"HF_ENDPOINT={hub.Endpoint.AbsoluteUri.TrimEnd('/')} (files from {hub.Store}); Ctrl+C ends.");
TaskCompletionSource ended = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    ended.TrySetResult();
};
while (await Task.WhenAny(ended.Task, Task.Delay(TimeSpan.FromSeconds(10))) != ended.Task)
{
    Console.WriteLine($"{hub.Requests.Count} requests, {hub.SentBytes / (double)Megabyte:n1} MB sent");
}

return 0;

double Number(string name, double otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var index && index + 1 < args.Length ? double.Parse(args[index + 1], CultureInfo.InvariantCulture) : otherwise;

static string Root()
{
    string root = AppContext.BaseDirectory;
    while (!File.Exists(Path.Combine(root, "MGLMM.SemanticKernel.sln")))
    {
        root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Run it from the repository.");
    }

    return root;
}

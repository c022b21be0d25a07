using System.Text.Json;

namespace MGLMM.DeviceCheck;

/// <summary>Where the nodes of a graph ran, read from a profile that ONNX Runtime wrote.</summary>
/// <param name="OnDevice">Nodes that ran on CUDA.</param>
/// <param name="Elsewhere">Operators that ran on the CPU, with how many nodes of each.</param>
/// <param name="Copies">Nodes that copy between the device and the CPU.</param>
/// <param name="Slowest">Operators by their share of the time of the last run, the slowest first.</param>
internal sealed record GraphPlacement(int OnDevice, string Elsewhere, int Copies, string Slowest)
{
    private const string Kernel = "_kernel_time";

    public static GraphPlacement Read(string profile)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(profile));
        Dictionary<string, (string Operator, string Provider, long Time)> nodes = new(StringComparer.Ordinal);
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            if (entry.TryGetProperty("cat", out JsonElement category) && category.GetString() == "Node"
                && entry.GetProperty("name").GetString() is { } name && name.EndsWith(Kernel, StringComparison.Ordinal)
                && entry.TryGetProperty("args", out JsonElement args) && args.TryGetProperty("provider", out JsonElement provider))
            {
                nodes[name] = (args.GetProperty("op_name").GetString()!, provider.GetString()!, entry.GetProperty("dur").GetInt64());
            }
        }

        string elsewhere = string.Join(", ", nodes.Values.Where(node => !node.Provider.StartsWith("CUDA", StringComparison.Ordinal))
            .GroupBy(node => node.Operator, (name, group) => $"{group.Count()} {name}").Order(StringComparer.Ordinal));
        double total = nodes.Values.Sum(node => node.Time);
        string slowest = string.Join(", ", nodes.Values.GroupBy(node => node.Operator, (name, group) => (Name: name, Time: group.Sum(node => node.Time)))
            .OrderByDescending(pair => pair.Time).Take(4).Select(pair => $"{pair.Name} {pair.Time / total:P0}"));
        return new GraphPlacement(
            nodes.Values.Count(node => node.Provider.StartsWith("CUDA", StringComparison.Ordinal)),
            elsewhere.Length == 0 ? "none" : elsewhere,
            nodes.Values.Count(node => node.Operator.StartsWith("Memcpy", StringComparison.Ordinal)),
            slowest);
    }
}

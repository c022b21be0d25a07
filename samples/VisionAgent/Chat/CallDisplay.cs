using System.Diagnostics;
using System.Text.Json;
using MGLMM.Planning;
using MGLMM.Planning.Steps;
using Microsoft.SemanticKernel;

namespace MGLMM.Samples.VisionAgent.Chat;

/// <summary>Shows every function call as it happens: what was called with what, what came back, and how long it took.</summary>
internal sealed class CallDisplay(SampleConsole console) : IFunctionInvocationFilter
{
    private readonly Lock _gate = new();

    public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        // Prompt functions have no plugin arguments worth a line.
        if (context.Function.PluginName is not { } plugin || !plugin.StartsWith("vision", StringComparison.Ordinal))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        string arguments = string.Join(", ", context.Arguments.Where(argument => argument.Value is not null).Select(argument => $"{argument.Key}: {argument.Value}"));
        Stopwatch clock = Stopwatch.StartNew();
        await next(context).ConfigureAwait(false);

        // Calls that run at once end in any order; call and result stay together.
        lock (_gate)
        {
            console.Faint($"  {plugin}.{context.Function.Name}({arguments})");
            console.Faint($"    {Summary(context.Result)}, {SampleConsole.Milliseconds(clock.Elapsed)}");
        }
    }

    private static string Summary(FunctionResult result)
    {
        FunctionRecord record = new(JsonSerializer.Deserialize<JsonElement>(result.ToString()));
        if (record.Text("code") is { } code)
        {
            return $"{code}: {record.Text("message")}";
        }

        if (record.Text("artifact") is { } artifact)
        {
            return $"{artifact}: {record.Text("file_name")}";
        }

        if (record.List("pairs") is { } pairs)
        {
            return pairs.GetArrayLength() == 1 ? "1 pair" : $"{pairs.GetArrayLength()} pairs";
        }

        if (!record.HasRegions)
        {
            return record.Text("image") is { } image ? $"{image} {record.Text("name")}".TrimEnd() : "done";
        }

        (IReadOnlyList<KnownRegion> listed, int count) = (record.Regions, record.Count);
        return listed.Count switch
        {
            0 => "no region",
            1 when count == 1 => $"1 region: {listed[0].Handle}",
            _ => $"{count} regions in {record.Text("set")}: {listed[0].Handle} ... {listed[^1].Handle}{(count > listed.Count ? $" and {count - listed.Count} more" : string.Empty)}",
        };
    }
}

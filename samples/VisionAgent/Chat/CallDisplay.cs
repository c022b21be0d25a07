using System.Diagnostics;
using System.Text.Json;
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

        var arguments = string.Join(", ", context.Arguments.Where(argument => argument.Value is not null).Select(argument => $"{argument.Key}: {argument.Value}"));
        var clock = Stopwatch.StartNew();
        await next(context).ConfigureAwait(false);

        // Calls that run at once end in any order; call and result stay together.
        lock (_gate)
        {
            console.Faint($"  {plugin}.{context.Function.Name}({arguments})");
            console.Faint($"    {Summary(context.Result.GetValue<object>())}, {SampleConsole.Milliseconds(clock.Elapsed)}");
        }
    }

    private static string Summary(object? result)
    {
        var record = result as JsonElement? ?? JsonSerializer.SerializeToElement(result);
        if (record.ValueKind != JsonValueKind.Object)
        {
            return "done";
        }

        if (Text("code") is { } code)
        {
            return $"{code}: {Text("message")}";
        }

        if (Text("artifact") is { } artifact)
        {
            return $"{artifact}: {Text("file_name")}";
        }

        if (record.TryGetProperty("pairs", out var pairs))
        {
            return pairs.GetArrayLength() == 1 ? "1 pair" : $"{pairs.GetArrayLength()} pairs";
        }

        if (!record.TryGetProperty("regions", out var regions))
        {
            return Text("image") is { } image ? $"{image} {Text("name")}".TrimEnd() : "done";
        }

        var handles = regions.EnumerateArray().Select(region => region.GetProperty("region").GetString()).ToArray();
        var more = Number("more_region_count") ?? (Number("count") ?? handles.Length) - handles.Length;
        return handles.Length switch
        {
            0 => "no region",
            1 when more == 0 => $"1 region: {handles[0]}",
            _ => $"{handles.Length + more} regions in {Text("set")}: {handles[0]} ... {handles[^1]}{(more > 0 ? $" and {more} more" : string.Empty)}",
        };

        int? Number(string name) => record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

        string? Text(string name) => record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}

using System.Text.Json;

namespace MGLMM.Samples.VisionAgent.Planning;

/// <summary>A function call that a plan wants made, and what came back once it was made.</summary>
internal sealed class PlannedCall(string plugin, string function, params (string Name, object? Value)[] arguments)
{
    public string Plugin { get; } = plugin;

    public string Function { get; } = function;

    /// <summary>What is passed; arguments without a value are left out.</summary>
    public IReadOnlyDictionary<string, object?> Arguments { get; } =
        arguments.Where(argument => argument.Value is not null).ToDictionary(argument => argument.Name, argument => argument.Value, StringComparer.Ordinal);

    /// <summary>The function's record. Set before the plan goes on.</summary>
    public JsonElement Result { get; set; }

    /// <summary>Whether the function answered with an error record.</summary>
    public bool Failed => Text("code") is not null;

    /// <summary>Whether the function found nothing: an answer, not an error.</summary>
    public bool Empty => Record.True("empty");

    /// <summary>The words of an error for the user.</summary>
    public string Excuse => $"{Text("message")} {Text("try")}".Trim();

    public string? Set => Text("set");

    public string Said => Text("model_said") ?? string.Empty;

    /// <summary>The listed regions.</summary>
    public IReadOnlyList<KnownRegion> Regions => Record.Regions;

    /// <summary>How many regions there are, listed or not.</summary>
    public int Count => Record.Count;

    private FunctionRecord Record => new(Result);

    public string? Text(string property) => Record.Text(property);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>One parameter of a tool: what it is called, its JSON schema, and how what a model wrote becomes its value. Immutable.</summary>
internal abstract class ToolParameter(string name, string description)
{
    private JsonElement? _schema;

    public string Name => name;

    public string Description => description;

    /// <summary>The type that it has for callers.</summary>
    public abstract Type Type { get; }

    public bool IsRequired { get; init; }

    /// <summary>Whether its values are regions.</summary>
    public virtual bool NamesRegions => false;

    /// <summary>Other names that models give it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What to do where it is missing; null names the parameter and what it takes.</summary>
    public string? Remedy { get; init; }

    /// <summary>Whether values under several of its names are one list, rather than a contradiction.</summary>
    public virtual bool Collects => false;

    public JsonElement Schema => _schema ??= SchemaOf();

    /// <summary>Whether an argument is left out: models write nothing in many ways.</summary>
    public virtual bool IsLeftOut(object? raw) => ArgumentText.IsNothing(raw);

    /// <summary>The value of an argument that is there.</summary>
    /// <param name="raw">What was given.</param>
    /// <param name="call">The call, with the values of the parameters before this one.</param>
    /// <exception cref="ToolException">It cannot be what the parameter needs.</exception>
    public abstract object? Read(object raw, ToolCall call);

    /// <summary>The value where it was left out.</summary>
    /// <exception cref="ToolException">It may not be left out.</exception>
    public virtual object? ReadMissing(ToolCall call) => IsRequired
        ? throw ToolException.BadArgument($"'{Name}' is missing.", Remedy ?? $"Give '{Name}': {Description}.")
        : null;

    protected abstract void Describe(JsonObject schema);

    protected ToolException Unfit(string text, string remedy) => ToolException.BadArgument($"'{Name}' is '{PlainText.Limit(text, 40)}'.", remedy);

    private JsonElement SchemaOf()
    {
        JsonObject schema = new();
        Describe(schema);
        return JsonSerializer.SerializeToElement(schema);
    }
}

/// <summary>A parameter whose values are of one type.</summary>
internal abstract class ToolParameter<T>(string name, string description) : ToolParameter(name, description)
{
    public override Type Type => typeof(T);
}

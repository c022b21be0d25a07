using System.Text.Json.Nodes;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>One of several values, written once: schema and check come from the same list.</summary>
internal sealed class ChoiceParameter(string name, string description, IReadOnlyList<Choice> choices) : ToolParameter<string?>(name, description)
{
    public override Type Type => typeof(string);

    public string? Default { get; init; }

    /// <summary>Whether the schema tells the default; false where the description does.</summary>
    public bool TellsDefault { get; init; } = true;

    /// <summary>The code of an error about a value that is none.</summary>
    public string Code { get; init; } = ToolErrorCodes.BadArgument;

    /// <summary>The values that can be used in a call, for the error; null where all can.</summary>
    public Func<ToolCall, IReadOnlyList<string>>? Usable { get; init; }

    public override bool IsLeftOut(object? raw) => base.IsLeftOut(raw) || (ArgumentText.IsNo(raw) && Choice.Find(choices, ArgumentText.Of(raw)!) is null);

    public override object? Read(object raw, ToolCall call)
    {
        string said = ArgumentText.Of(raw)!;
        return Choice.Find(choices, said) ?? throw new ToolException(
            Code, $"There is no {Name} '{PlainText.Limit(ArgumentText.Word(said), 40)}'.", $"Use one of: {string.Join(", ", Usable?.Invoke(call) ?? Names)}.");
    }

    public override object? ReadMissing(ToolCall call) => !IsRequired ? Default : throw ToolException.BadArgument(
        $"'{Name}' is missing.", $"Give '{Name}', one of: {string.Join(", ", Names)}.");

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
        schema["enum"] = new JsonArray([.. Names.Select(value => JsonValue.Create(value))]);
        if (Default is not null && TellsDefault)
        {
            schema["default"] = Default;
        }
    }

    private IEnumerable<string> Names => choices.Select(choice => choice.Name);
}

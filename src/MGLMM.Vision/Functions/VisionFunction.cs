using System.Text.Json;
using MGLMM.Vision.Results;
using Microsoft.Extensions.AI;

namespace MGLMM.Vision.Functions;

/// <summary>
/// One tool as a function that a language model can call, whichever framework carries it: a name, descriptions, a JSON schema, and
/// arguments by name. Made by <see cref="VisionFunctions"/>.
/// </summary>
/// <remarks>
/// Thread-safe. As an <see cref="AIFunction"/> it returns the result's JSON as a string; <see cref="CallAsync"/> returns the record.
/// Neither throws for what a caller does wrong, including missing, misspelt and ill-typed arguments: these come back as a
/// <see cref="ToolError"/>.
/// </remarks>
public sealed class VisionFunction : AIFunction
{
    private readonly FunctionDefinition _definition;
    private readonly Func<CancellationToken, ValueTask<VisionToolset>> _toolset;

    internal VisionFunction(FunctionDefinition definition, Func<CancellationToken, ValueTask<VisionToolset>> toolset)
    {
        _definition = definition;
        _toolset = toolset;
    }

    /// <summary>The group that it belongs to.</summary>
    public VisionFunctionGroups Group => _definition.Group;

    /// <summary>The group's name, such as <c>vision_geometry</c>.</summary>
    public string GroupName => _definition.GroupName;

    /// <summary>Its name, such as <c>combine_regions</c>.</summary>
    public override string Name => _definition.Name;

    /// <summary>What a language model is told of it.</summary>
    public override string Description => _definition.Description;

    /// <summary>The schema of its arguments.</summary>
    public override JsonElement JsonSchema => _definition.Schema;

    /// <summary>What it returns, in words: the fields of the result.</summary>
    public string ReturnDescription => _definition.ReturnDescription;

    /// <summary>The schema of what it returns: an object, described in words.</summary>
    public override JsonElement? ReturnJsonSchema => _definition.ReturnSchema;

    /// <summary>The type that a parameter has in the toolset, such as <c>int?</c>.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <exception cref="ArgumentException">The function has no such parameter.</exception>
    public Type TypeOf(string parameter) =>
        _definition.Parameters.FirstOrDefault(known => known.Name == parameter)?.Type
        ?? throw new ArgumentException($"{Name} has no parameter '{parameter}'.", nameof(parameter));

    /// <summary>Calls the tool.</summary>
    /// <param name="arguments">
    /// By name: strings, numbers, booleans or JSON, as a model wrote them. Null and left out are the same. Arguments that the function does
    /// not have are ignored, unless one is nearly the name of one that was not given.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ToolResult> CallAsync(IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        try
        {
            var values = Read(arguments);
            var toolset = await _toolset(cancellationToken).ConfigureAwait(false);
            return await _definition.CallAsync(toolset, values, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolException exception)
        {
            return exception.Error;
        }
        catch (VisionNotReadyException exception)
        {
            return exception.ToError();
        }
        catch (OperationCanceledException)
        {
            return new ToolError { Code = ToolErrorCodes.Cancelled, Message = "The call was cancelled; nothing was changed.", Try = "Call again if the answer is still wanted." };
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        (await CallAsync(arguments, cancellationToken).ConfigureAwait(false)).ToJson();

    private object?[] Read(IEnumerable<KeyValuePair<string, object?>> arguments)
    {
        var parameters = _definition.Parameters;
        var given = new object?[parameters.Count];
        var misspelt = new List<KeyValuePair<string, object?>>();
        foreach (var argument in arguments)
        {
            var index = IndexOf(argument.Key, (name, said) => string.Equals(name, said, StringComparison.Ordinal));
            if (index >= 0)
            {
                given[index] = argument.Value;
            }
            else
            {
                misspelt.Add(argument);
            }
        }

        foreach (var (name, value) in misspelt)
        {
            var index = IndexOf(name, IsNearly);
            if (index >= 0)
            {
                given[index] ??= value;
            }
        }

        var values = new object?[given.Length];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = parameters[index].Read(given[index]);
        }

        return values;

        int IndexOf(string said, Func<string, string, bool> isMeant)
        {
            for (var index = 0; index < parameters.Count; index++)
            {
                if (isMeant(parameters[index].Name, said))
                {
                    return index;
                }
            }

            return -1;
        }
    }

    /// <summary>"minAreaPx" and "min_area" for "min_area_px", "other" for "others".</summary>
    private static bool IsNearly(string name, string said)
    {
        var first = name.Replace("_", string.Empty, StringComparison.Ordinal);
        var second = said.Replace("_", string.Empty, StringComparison.Ordinal).Replace("-", string.Empty, StringComparison.Ordinal);
        return second.Length >= 3
            && (first.StartsWith(second, StringComparison.OrdinalIgnoreCase) || second.StartsWith(first, StringComparison.OrdinalIgnoreCase));
    }
}

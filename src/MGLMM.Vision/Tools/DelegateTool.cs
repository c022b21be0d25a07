using System.ComponentModel;
using System.Reflection;
using System.Text;
using System.Text.Json;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>A tool of a host's own, made of a method.</summary>
internal sealed class DelegateTool : VisionTool
{
    private readonly Delegate _method;
    private readonly IReadOnlyList<Func<ToolCall, CancellationToken, object?>> _arguments;

    private DelegateTool(
        Delegate method, IReadOnlyList<Func<ToolCall, CancellationToken, object?>> arguments, string groupName, string name, string description, string returnDescription,
        IReadOnlyList<ToolParameter> parameters)
        : base(groupName, name, description, returnDescription, parameters)
    {
        _method = method;
        _arguments = arguments;
    }

    public static DelegateTool Of(Delegate method, string? name, string? description, string returnDescription, string groupName, bool? isReadOnly)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentException.ThrowIfNullOrWhiteSpace(returnDescription);
        name ??= SnakeCase(method.Method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Method.Name[..^5] : method.Method.Name);
        description ??= method.Method.GetCustomAttribute<DescriptionAttribute>()?.Description;
        if (string.IsNullOrWhiteSpace(description))
        {
            throw new ArgumentException("A tool needs a description: give one, or put a [Description] on the method.", nameof(description));
        }

        Check(name, nameof(name));
        Check(groupName, nameof(groupName));
        List<ToolParameter> parameters = new();
        List<Func<ToolCall, CancellationToken, object?>> arguments = new();
        foreach (ParameterInfo parameter in method.Method.GetParameters())
        {
            if (parameter.ParameterType == typeof(CancellationToken))
            {
                arguments.Add((_, token) => token);
            }
            else if (parameter.ParameterType == typeof(VisionToolContext))
            {
                arguments.Add((call, _) => call.Context);
            }
            else
            {
                (ToolParameter made, Func<ToolCall, object?> value) = ParameterOf(parameter, parameters);
                parameters.Add(made);
                arguments.Add((call, _) => value(call));
            }
        }

        return new DelegateTool(method, arguments, groupName, name, description, returnDescription, parameters) { IsReadOnly = isReadOnly };
    }

    internal override async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        object?[] arguments = [.. _arguments.Select(argument => argument(call, cancellationToken))];
        object? returned = _method.Method.Invoke(_method.Target, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
        object? value = await ValueOf(returned).ConfigureAwait(false);
        if (value is ToolResult made)
        {
            return made;
        }

        OwnResult result = OwnResult.Of(value is JsonElement json ? json : JsonSerializer.SerializeToElement(value, value?.GetType() ?? typeof(object)));
        if (RegionList.ExpiredNote(Parameters.Select(call.Value).OfType<RegionList>().Sum(list => list.ExpiredCount)) is { } expired)
        {
            result.Properties.TryAdd("note", JsonSerializer.SerializeToElement(expired));
        }

        return result;
    }

    private static async Task<object?> ValueOf(object? returned)
    {
        if (returned is not null && returned.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            returned = type.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(returned, null);
        }

        switch (returned)
        {
            case ValueTask work:
                await work.ConfigureAwait(false);
                return "done";
            case Task work:
                await work.ConfigureAwait(false);
                for (Type? type2 = work.GetType(); type2 is not null; type2 = type2.BaseType)
                {
                    if (type2.IsGenericType && type2.GetGenericTypeDefinition() == typeof(Task<>))
                    {
                        object? value = type2.GetProperty(nameof(Task<>.Result))!.GetValue(work);
                        return value?.GetType().FullName == "System.Threading.Tasks.VoidTaskResult" ? "done" : value;
                    }
                }

                return "done";
            default:
                return returned;
        }
    }

    private static (ToolParameter Parameter, Func<ToolCall, object?> Value) ParameterOf(ParameterInfo parameter, List<ToolParameter> before)
    {
        string name = SnakeCase(parameter.Name!);
        if (ArgumentText.Name(name) == ConversationArgument)
        {
            throw new ArgumentException($"The parameter '{parameter.Name}' needs another name: over HTTP each tool has an argument '{ConversationArgument}' beside its own.", parameter.Name);
        }

        string description = parameter.GetCustomAttribute<DescriptionAttribute>()?.Description ?? parameter.Name!;
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        bool required = !parameter.HasDefaultValue;

        // Of a nullable enum the default is told as a number, which no call takes for it.
        object? missing = required ? null : parameter.DefaultValue is { } told && type.IsEnum ? Enum.ToObject(type, told) : parameter.DefaultValue;
        ImageParameter? picture = before.OfType<ImageParameter>().FirstOrDefault();
        ToolParameter made = type switch
        {
            _ when type == typeof(string) => new TextParameter(name, description) { IsRequired = required },
            _ when type == typeof(bool) => new FlagParameter(name, description) { IsRequired = required, Default = missing as bool? },
            _ when type == typeof(int) => new NumberParameter<int>(name, description) { IsRequired = required },
            _ when type == typeof(long) => new NumberParameter<long>(name, description) { IsRequired = required },
            _ when type == typeof(double) => new NumberParameter<double>(name, description) { IsRequired = required },
            _ when type.IsEnum => new ChoiceParameter(name, description, [.. Enum.GetNames(type).Select(value => new Choice(SnakeCase(value)))]) { IsRequired = required },
            _ when type == typeof(VisionImage) => new ImageParameter(name, description) { IsRequired = required, Aliases = ImageParameter.UsualAliases },
            _ when type == typeof(VisionRegion) => new RegionParameter(name, description) { IsRequired = required, Of = picture, Aliases = RegionParameter.UsualAliases },
            _ when type.IsAssignableFrom(typeof(VisionRegion[])) && type != typeof(object) =>
                new RegionsParameter(name, description) { IsRequired = required, Of = picture, Aliases = RegionsParameter.UsualAliases },
            _ => throw new ArgumentException($"The parameter '{parameter.Name}' is a {parameter.ParameterType.Name}, which no model can give: see VisionTool.Create.", parameter.Name),
        };
        return (made, call => call.Value(made) switch
        {
            null => missing,
            string word when type.IsEnum => Enum.Parse(type, Enum.GetNames(type).First(value => SnakeCase(value) == word)),
            RegionList list => list.Regions.ToArray(),
            var value => value,
        });
    }

    private static void Check(string name, string parameter)
    {
        if (name.Length is 0 or > 64 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            throw new ArgumentException($"'{name}' cannot be a tool's name: use up to 64 letters, digits and underscores.", parameter);
        }
    }

    private static string SnakeCase(string name)
    {
        StringBuilder snake = new(name.Length + 8);
        for (int index = 0; index < name.Length; index++)
        {
            if (char.IsUpper(name[index]) && index > 0 && name[index - 1] != '_' && (!char.IsUpper(name[index - 1]) || (index + 1 < name.Length && char.IsLower(name[index + 1]))))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[index]));
        }

        return snake.ToString();
    }
}

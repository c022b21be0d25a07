using System.Reflection;
using System.Reflection.Emit;

namespace MGLMM.Architecture.Tests;

/// <summary>Inside a library, namespaces build on each other in one direction: a reader can start at the bottom.</summary>
public sealed class NamespaceCyclesTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Cycles that are known and to be broken up; none may come to them.</summary>
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["MGLMM.Conversion"] = Of("MGLMM.Conversion", "", ".Checkpoints", ".Checkpoints.Safetensors", ".Checkpoints.Torch", ".Families", ".Graphs", ".Onnx", ".Streaming"),
        ["MGLMM.Evaluation"] = Of("MGLMM.Evaluation", "", ".Coco", ".Metrics", ".Pictures", ".Predictions"),
        ["MGLMM.Runtime"] = Of("MGLMM.Runtime", "", ".Answers", ".Caching", ".Inference"),
    };

    [Theory]
    [MemberData(nameof(Libraries.Rows), MemberType = typeof(Libraries))]
    public void No_two_namespaces_need_each_other(string library)
    {
        var assembly = Libraries.Load(library);
        var edges = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var type in assembly.GetTypes().Where(type => type.Namespace?.StartsWith("MGLMM", StringComparison.Ordinal) == true))
        {
            foreach (var used in Used(type).SelectMany(Parts).Where(used => used.Assembly == assembly && used.Namespace is not null && used.Namespace != type.Namespace))
            {
                var targets = edges.TryGetValue(type.Namespace!, out var known) ? known : edges[type.Namespace!] = new(StringComparer.Ordinal);
                targets.TryAdd(used.Namespace!, $"{type.FullName} uses {used.FullName}");
            }
        }

        var cycles = edges.Keys.Where(start => Reaches(edges, start, start)).Order(StringComparer.Ordinal).ToArray();
        Assert.True(
            cycles.SequenceEqual(Known.GetValueOrDefault(library, [])),
            $"In cycles: {string.Join(", ", cycles)}\n" + string.Join("\n", cycles.SelectMany(from => edges[from].Where(to => Reaches(edges, to.Key, from)).Select(to => $"{from} -> {to.Key}: {to.Value}"))));
    }

    private static string[] Of(string library, params IEnumerable<string> namespaces) => [.. namespaces.Select(name => library + name)];

    private static bool Reaches(Dictionary<string, Dictionary<string, string>> edges, string from, string wanted)
    {
        var (open, seen) = (new Stack<string>([from]), new HashSet<string>(StringComparer.Ordinal));
        while (open.TryPop(out var at))
        {
            foreach (var next in edges.GetValueOrDefault(at)?.Keys.AsEnumerable() ?? [])
            {
                if (next == wanted)
                {
                    return true;
                }

                if (seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }

    private static IEnumerable<Type> Used(Type type)
    {
        if (type.BaseType is { } parent)
        {
            yield return parent;
        }

        foreach (var used in type.GetInterfaces())
        {
            yield return used;
        }

        foreach (var field in type.GetFields(All))
        {
            yield return field.FieldType;
        }

        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            if (method is MethodInfo { ReturnType: { } returned })
            {
                yield return returned;
            }

            foreach (var parameter in method.GetParameters())
            {
                yield return parameter.ParameterType;
            }

            foreach (var used in UsedInBody(method))
            {
                yield return used;
            }
        }
    }

    /// <summary>The types behind every token of a method's code: calls, fields, casts, constructions.</summary>
    private static IEnumerable<Type> UsedInBody(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        foreach (var local in body.LocalVariables)
        {
            yield return local.LocalType;
        }

        foreach (var handler in body.ExceptionHandlingClauses)
        {
            if (handler is { Flags: ExceptionHandlingClauseOptions.Clause, CatchType: { } caught })
            {
                yield return caught;
            }
        }

        var typeArguments = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[++at])) : code[at];
            at++;
            var op = OpCodesByValue[value];
            if (op.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments);
                if (member is Type type)
                {
                    yield return type;
                }
                else if (member?.DeclaringType is { } owner)
                {
                    yield return owner;
                }
            }

            at += op.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }

        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }
}

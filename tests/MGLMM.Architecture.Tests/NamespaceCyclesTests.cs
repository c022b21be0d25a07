using System.Reflection;
using System.Reflection.Emit;

namespace MGLMM.Architecture.Tests;

/// <summary>Inside a library, namespaces build on each other in one direction: a reader can start at the bottom.</summary>
public sealed class NamespaceCyclesTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    [Theory]
    [MemberData(nameof(Libraries.Rows), MemberType = typeof(Libraries))]
    public void No_two_namespaces_need_each_other(string library)
    {
        Assembly assembly = Libraries.Load(library);
        Dictionary<string, Dictionary<string, SortedSet<string>>> edges = new(StringComparer.Ordinal);
        foreach (Type? type in assembly.GetTypes().Where(type => type.Namespace?.StartsWith("MGLMM", StringComparison.Ordinal) == true))
        {
            foreach (Type? used in Used(type).SelectMany(Parts).Where(used => used.Assembly == assembly && used.Namespace is not null && used.Namespace != type.Namespace))
            {
                Dictionary<string, SortedSet<string>> targets = edges.TryGetValue(type.Namespace!, out Dictionary<string, SortedSet<string>>? known) ? known : edges[type.Namespace!] = new(StringComparer.Ordinal);
                SortedSet<string> uses = targets.TryGetValue(used.Namespace!, out SortedSet<string>? listed) ? listed : targets[used.Namespace!] = new(StringComparer.Ordinal);
                uses.Add($"{type.FullName} uses {used.FullName}");
            }
        }

        string[] cycles = edges.Keys.Where(start => Reaches(edges, start, start)).Order(StringComparer.Ordinal).ToArray();
        Assert.True(
            cycles.Length == 0,
            $"In cycles: {string.Join(", ", cycles)}\n" + string.Join("\n", cycles.SelectMany(from => edges[from].Where(to => Reaches(edges, to.Key, from)).Select(to => $"{from} -> {to.Key}: {string.Join("; ", to.Value)}"))));
    }

    private static bool Reaches(Dictionary<string, Dictionary<string, SortedSet<string>>> edges, string from, string wanted)
    {
        (Stack<string> open, HashSet<string> seen) = (new Stack<string>([from]), new HashSet<string>(StringComparer.Ordinal));
        while (open.TryPop(out string? at))
        {
            foreach (string? next in edges.GetValueOrDefault(at)?.Keys.AsEnumerable() ?? [])
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

        foreach (Type used in type.GetInterfaces())
        {
            yield return used;
        }

        foreach (FieldInfo field in type.GetFields(All))
        {
            yield return field.FieldType;
        }

        foreach (MethodBase? method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            if (method is MethodInfo { ReturnType: { } returned })
            {
                yield return returned;
            }

            foreach (ParameterInfo parameter in method.GetParameters())
            {
                yield return parameter.ParameterType;
            }

            foreach (Type used in UsedInBody(method))
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

        foreach (LocalVariableInfo local in body.LocalVariables)
        {
            yield return local.LocalType;
        }

        foreach (ExceptionHandlingClause handler in body.ExceptionHandlingClauses)
        {
            if (handler is { Flags: ExceptionHandlingClauseOptions.Clause, CatchType: { } caught })
            {
                yield return caught;
            }
        }

        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < code.Length;)
        {
            short value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[++at])) : code[at];
            at++;
            OpCode op = OpCodesByValue[value];
            if (op.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                MemberInfo? member = method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments);
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

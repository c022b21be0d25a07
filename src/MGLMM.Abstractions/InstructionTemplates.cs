using System.Globalization;
using System.Text;

namespace MGLMM;

/// <summary>
/// The sentences that a model was trained to be asked with, by task. Immutable; safe to share between threads.
/// </summary>
/// <remarks>
/// Values are untrusted, for an agent takes them from users or documents: control characters and white space become single spaces,
/// markup that the tokenizer would read as special tokens is removed (also in its <c>&amp;lt;p&amp;gt;</c> form), and their length
/// is limited. A value is never searched for placeholders.
/// </remarks>
public sealed class InstructionTemplates
{
    /// <summary>The longest value that is accepted, in UTF-16 units.</summary>
    public const int MaximumValueLength = 1000;

    /// <summary>What stands for the picture in a prompt; no instruction may hold it.</summary>
    public const string ImageMarkup = "<image>";

    private static readonly string[] Placeholders = ["{object}", "{expression}", "{question}"];
    private static readonly string[] FixedMarkup =
        [ImageMarkup, "[SEG]", "<p>", "</p>", "<s>", "</s>", "<unk>", "<im_start>", "<im_end>", "<bbox>", "<point>"];

    private readonly string _model;
    private readonly bool _unescapesEntities;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _templates;
    private readonly string[] _markup;

    /// <summary>Takes the templates of a model.</summary>
    /// <param name="model">The model's name, for messages.</param>
    /// <param name="templates">Sentences by task, the preferred one first.</param>
    /// <param name="markup">The model's own markup, which is removed from values beside the usual one.</param>
    /// <param name="unescapesEntities">Whether the model reads <c>&amp;lt;</c> and <c>&amp;gt;</c> as brackets.</param>
    public InstructionTemplates(string model, IReadOnlyDictionary<string, IReadOnlyList<string>> templates, IEnumerable<string> markup, bool unescapesEntities = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(templates);
        ArgumentNullException.ThrowIfNull(markup);
        _model = model;
        _unescapesEntities = unescapesEntities;
        _templates = templates;
        _markup = [.. FixedMarkup.Union(markup.Where(token => token.Length > 0), StringComparer.Ordinal)];
    }

    /// <summary>Whether the model has a template for a task.</summary>
    /// <param name="task">A key of <see cref="ModelCard.Wordings"/>, such as <c>refer</c>.</param>
    public bool Supports(string task) => _templates.TryGetValue(task, out IReadOnlyList<string>? templates) && templates.Count > 0;

    /// <summary>The preferred instruction for a task.</summary>
    /// <param name="task">A key of <see cref="ModelCard.Wordings"/>, such as <c>refer</c>.</param>
    /// <param name="value">What stands for the template's placeholder: an object, an expression or a question; null if it has none.</param>
    /// <exception cref="NotSupportedException">The model has no template for the task.</exception>
    /// <exception cref="ArgumentException">The value is missing, not asked for, empty once cleaned, or too long.</exception>
    public string Fill(string task, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(task);
        if (!Supports(task))
        {
            throw new NotSupportedException(
                $"The model '{_model}' was not trained for '{task}'. It knows: {string.Join(", ", _templates.Keys.Order(StringComparer.Ordinal))}.");
        }

        string template = _templates[task][0];
        string? placeholder = Array.Find(Placeholders, template.Contains);
        if (placeholder is null)
        {
            return value is null
                ? template
                : throw new ArgumentException($"The instruction for '{task}' takes no value.", nameof(value));
        }

        return value is null
            ? throw new ArgumentException($"The instruction for '{task}' needs a value for {placeholder}.", nameof(value))
            : template.Replace(placeholder, Neutralise(value), StringComparison.Ordinal);
    }

    private string Neutralise(string value)
    {
        if (value.Length > MaximumValueLength)
        {
            throw new ArgumentException(
                $"The value has {value.Length} characters; at most {MaximumValueLength} are accepted.", nameof(value));
        }

        // What the model's prompts read as a bracket is a bracket here too.
        ReadOnlySpan<char> rest = _unescapesEntities
            ? value.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal)
            : value;
        StringBuilder clean = new(rest.Length);
        bool space = false;
        while (!rest.IsEmpty)
        {
            int length = MarkupLength(rest);
            if (length == 0)
            {
                _ = Rune.DecodeFromUtf16(rest, out Rune rune, out length);
                bool separates = Rune.IsWhiteSpace(rune)
                    || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator;
                if (!separates)
                {
                    if (space && clean.Length > 0)
                    {
                        clean.Append(' ');
                    }

                    clean.Append(rune.ToString());
                    space = false;
                    rest = rest[length..];
                    continue;
                }
            }

            // Whatever is removed leaves a space, so that its neighbours cannot join to new markup.
            space = true;
            rest = rest[length..];
        }

        return clean.Length == 0
            ? throw new ArgumentException("The value is empty once markup and control characters are removed.", nameof(value))
            : clean.ToString();
    }

    private int MarkupLength(ReadOnlySpan<char> text)
    {
        foreach (string markup in _markup)
        {
            if (text.StartsWith(markup, StringComparison.Ordinal))
            {
                return markup.Length;
            }
        }

        return 0;
    }
}

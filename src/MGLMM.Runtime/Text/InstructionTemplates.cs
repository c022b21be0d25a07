using System.Globalization;
using System.Text;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Runtime.Text;

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

    private static readonly string[] Placeholders = ["{object}", "{expression}", "{question}"];
    private static readonly string[] FixedMarkup =
        [GroundingTokenizer.ImageMarkup, "[SEG]", "<p>", "</p>", "<s>", "</s>", "<unk>", "<im_start>", "<im_end>", "<bbox>", "<point>"];

    private readonly string _model;
    private readonly ConversationTemplate _conversation;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _templates;
    private readonly string[] _markup;

    /// <summary>Takes the templates of a model.</summary>
    /// <param name="manifest">The model's manifest.</param>
    public InstructionTemplates(BundleManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        _model = manifest.Name;
        _conversation = manifest.Conversation;
        _templates = manifest.Instructions;
        _markup = [.. FixedMarkup.Union(manifest.Tokens.Added.Keys.Where(token => token.Length > 0), StringComparer.Ordinal)];
    }

    /// <summary>Whether the model has a template for a task.</summary>
    /// <param name="task">A key of <see cref="BundleManifest.Instructions"/>, such as <c>refer</c>.</param>
    public bool Supports(string task) => _templates.TryGetValue(task, out IReadOnlyList<string>? templates) && templates.Count > 0;

    /// <summary>The preferred instruction for a task.</summary>
    /// <param name="task">A key of <see cref="BundleManifest.Instructions"/>, such as <c>refer</c>.</param>
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

        // What ConversationPrompt reads as a bracket is a bracket here too.
        ReadOnlySpan<char> rest = ConversationPrompt.Unescape(_conversation, value);
        var clean = new StringBuilder(rest.Length);
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

using System.Text.Json;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Text;

namespace MGLMM.Conversion.Families;

/// <summary>Reads what a Hugging Face LLaMA tokenizer adds to its SentencePiece model, and how the family's own code reads text with it.</summary>
internal static class TokenizerFiles
{
    public const string Model = "tokenizer.model";

    private const string Configuration = "tokenizer_config.json";

    private const string SpecialTokens = "special_tokens_map.json";

    private const string AddedTokensFile = "added_tokens.json";

    /// <summary>The token table of a checkpoint folder.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="family">Its family.</param>
    /// <param name="configuration">Its config.json.</param>
    /// <param name="imageSentence">What introduces the image in prompts: its markup must be tokens.</param>
    /// <param name="vocabulary">Rows of the embedding table.</param>
    /// <param name="remarks">Receives what is worth a reader's attention.</param>
    /// <exception cref="ConversionException">The model file or a token is missing, an id is out of range, or a setting cannot be honoured.</exception>
    public static TokenSpecification Read(
        string folder, CheckpointFamily family, CheckpointConfiguration configuration, string imageSentence, int vocabulary, List<string> remarks)
    {
        string path = Path.Combine(folder, Model);
        SentencePieceModel model = LoadModel(folder, path);
        CheckpointConfiguration? settings = CheckpointConfiguration.LoadOptional(Path.Combine(folder, Configuration));
        CheckpointConfiguration? special = CheckpointConfiguration.LoadOptional(Path.Combine(folder, SpecialTokens));
        RequireSupported(settings, family, remarks);
        (SortedDictionary<string, int>? added, CheckpointConfiguration? table) = AddedTokens(folder, settings);
        if (!added.TryGetValue("[SEG]", out int segment))
        {
            throw new ConversionException($"No token '[SEG]' is among the added tokens of '{folder}': this is no grounding checkpoint, or {AddedTokensFile} is missing.");
        }

        RequireImageTokens(family, imageSentence, added);
        int? stated = configuration.Integer("seg_token_idx");
        if (stated is not null && stated != segment)
        {
            throw new ConversionException($"config.json says seg_token_idx {stated}, the tokenizer says {segment}. One of the two files is from another checkpoint.");
        }

        foreach ((string content, int id) in added)
        {
            if (id < 0 || id >= vocabulary)
            {
                throw new ConversionException($"Added token '{content}' has the id {id}, but the embedding table has {vocabulary} rows.");
            }
        }

        TokenSpecification tokens = new()
        {
            Model = Model,
            Unknown = model.UnknownId,
            BeginOfSequence = Find(model, special, settings, "bos_token", "<s>"),
            EndOfSequence = Find(model, special, settings, "eos_token", "</s>"),
            Segment = segment,
            Added = added,
            Legacy = Legacy(family, settings, remarks),
            Stripping = Stripping(family, special, settings, table, added, remarks),
        };

        // What the runtime cannot load is found now, not after hours of converting.
        try
        {
            GroundingTokenizer tokenizer = GroundingTokenizer.Load(path, tokens);
            return tokenizer.VocabularySize <= vocabulary
                ? tokens
                : throw new ConversionException($"The tokenizer has {tokenizer.VocabularySize} tokens, the embedding table {vocabulary} rows. One of the two is from another checkpoint.");
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            throw new ConversionException(
                $"The tokenizer cannot be used: {exception.Message} Take {Model} and {(table is null ? AddedTokensFile : Configuration)} from where the weights come from.", exception);
        }
    }

    private static SentencePieceModel LoadModel(string folder, string path)
    {
        if (!File.Exists(path))
        {
            throw new ConversionException($"'{Model}' is missing from '{folder}': the slow (SentencePiece) tokenizer's model is needed; tokenizer.json cannot stand in for it. Take it from where the weights come from.");
        }

        if (LinkedFile.Follow(path).Length == 0)
        {
            throw new ConversionException($"'{Model}' is empty. {CheckpointFormatException.FetchAgainAdvice}");
        }

        if (ForeignFile.DescribeFile(path) is { } foreign)
        {
            throw new ConversionException($"'{Model}': {foreign}");
        }

        try
        {
            using FileStream stream = File.OpenRead(path);
            return SentencePieceModel.Load(stream);
        }
        catch (InvalidDataException exception)
        {
            throw new ConversionException($"The tokenizer cannot be used: {exception.Message} Take {Model} from where the weights come from.", exception);
        }
    }

    /// <summary>Settings of the slow tokenizer that change prompts or the text of answers, and tokenizers of other kinds.</summary>
    private static void RequireSupported(CheckpointConfiguration? settings, CheckpointFamily family, List<string> remarks)
    {
        string? kind = settings?.Text("tokenizer_class");
        if (kind is "LlamaTokenizerFast" or "PreTrainedTokenizerFast")
        {
            remarks.Add($"{Configuration} names the fast tokenizer {kind}, but {family.Name}'s own code asks for the slow one: text is read by {Model}, as the slow one does.");
        }
        else if (kind is not (null or "LlamaTokenizer" or "LLaMATokenizer"))
        {
            throw new ConversionException(
                $"{Configuration} says tokenizer_class {CheckpointFormatException.Quote(kind)}; LLaMA's (LlamaTokenizer) is the only one supported. Correct it if the model was trained with LLaMA's.");
        }

        if (settings?.Flag("clean_up_tokenization_spaces") == true)
        {
            throw new ConversionException(
                $"{Configuration} says clean_up_tokenization_spaces: true, which takes spaces out of answers and so changes what a follow-up reads; that is not supported. Set it to false, LLaMA's own setting, if the model was trained so.");
        }

        if (settings?.Flag("add_bos_token") == false || settings?.Flag("add_eos_token") == true)
        {
            throw new ConversionException(
                $"{Configuration} changes which tokens begin and end a prompt (add_bos_token false or add_eos_token true), which is not supported. Correct it if the model was trained the usual way.");
        }

        if (settings?.Section("sp_model_kwargs")?.Members.Any() == true)
        {
            throw new ConversionException($"{Configuration} gives SentencePiece settings of its own (sp_model_kwargs), which are not supported. Remove them if the model was trained without.");
        }
    }

    /// <summary>The prompt puts tokens around the picture; without them it would be other words.</summary>
    private static void RequireImageTokens(CheckpointFamily family, string imageSentence, SortedDictionary<string, int> added)
    {
        string[] missing = [.. ((string[])["<im_start>", "<im_end>"]).Where(token => imageSentence.Contains(token, StringComparison.Ordinal) && !added.ContainsKey(token))];
        if (missing.Length > 0)
        {
            throw new ConversionException(
                $"The tokenizer has '[SEG]' but no {string.Join(" and no ", missing.Select(token => $"'{token}'"))}, which {family.Name}'s prompt puts around the picture: "
                + $"{AddedTokensFile} is not the one of this checkpoint. Take it, and the other tokenizer files, from where the weights come from.");
        }
    }

    /// <summary>
    /// The added tokens, and the table of newer tokenizers if they come from it. Versions 4.28 and 4.31 of transformers, which the families
    /// pin, read added_tokens.json and nothing else; from 4.34 on the table in tokenizer_config.json comes first.
    /// </summary>
    private static (SortedDictionary<string, int> Added, CheckpointConfiguration? Table) AddedTokens(string folder, CheckpointConfiguration? settings)
    {
        SortedDictionary<string, int> added = new(StringComparer.Ordinal);
        if (CheckpointConfiguration.LoadOptional(Path.Combine(folder, AddedTokensFile)) is { } plain)
        {
            foreach ((string content, JsonElement value) in plain.Members)
            {
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int id))
                {
                    throw new ConversionException($"{AddedTokensFile} gives '{content}' no integer id.");
                }

                added[content] = id;
            }

            return (added, null);
        }

        if (settings?.Section("added_tokens_decoder") is not { } table)
        {
            return (added, null);
        }

        // It lists every special token by id, those of the SentencePiece model among them.
        foreach ((string key, JsonElement value) in table.Members)
        {
            if (int.TryParse(key, out int id) && id > 2 && value.ValueKind == JsonValueKind.Object
                && value.TryGetProperty("content", out JsonElement text) && table.Text(text) is { } content)
            {
                added[content] = id;
            }
        }

        return (added, table);
    }

    /// <summary>The id of a control token under the name that the tokenizer's files give it.</summary>
    private static int Find(SentencePieceModel model, CheckpointConfiguration? special, CheckpointConfiguration? settings, string key, string usual)
    {
        string content = Content(special, key) ?? Content(settings, key) ?? usual;
        for (int id = 0; id < model.Count; id++)
        {
            if (model.Pieces[id] == content)
            {
                return id;
            }
        }

        throw new ConversionException($"The tokenizer's {key} '{content}' is no piece of '{Model}'. Only LLaMA's own '{usual}' is supported.");
    }

    private static string? Content(CheckpointConfiguration? file, string key) => file?.Text(key) ?? file?.Section(key)?.Text("content");

    private static bool? Legacy(CheckpointFamily family, CheckpointConfiguration? settings, List<string> remarks)
    {
        if (family.ReadsLegacyFlag && settings?.HasKey("legacy") == true && settings.Flag("legacy") is null)
        {
            throw new ConversionException(
                $"{Configuration} says neither true nor false for legacy. The version of transformers that {family.Name}'s code pins reads null as false, later ones as true: write which of the two the model was trained with.");
        }

        if (settings?.Flag("legacy") != false)
        {
            return null;
        }

        if (!family.ReadsLegacyFlag)
        {
            remarks.Add(
                $"{Configuration} says legacy: false, which the version of transformers that {family.Name}'s code pins does not know: prompts are read as that version reads them, without it.");
            return null;
        }

        return false;
    }

    /// <summary>
    /// How white space around a token is treated where that is not the usual. transformers 4.28 to 4.33 look a token up among the special
    /// tokens: one that stands there with flags obeys them, any other takes the white space on both sides. From 4.34 on each token
    /// obeys the flags of its own line in added_tokens_decoder.
    /// </summary>
    private static SortedDictionary<string, WhiteSpaceStripping>? Stripping(
        CheckpointFamily family,
        CheckpointConfiguration? special,
        CheckpointConfiguration? settings,
        CheckpointConfiguration? table,
        SortedDictionary<string, int> added,
        List<string> remarks)
    {
        SortedDictionary<string, WhiteSpaceStripping> stripping = new(StringComparer.Ordinal);
        if (table is not null)
        {
            foreach ((string _, JsonElement value) in table.Members)
            {
                Add(table, value, flagged: true);
            }

            remarks.Add(
                $"There is no {AddedTokensFile}, so the tokens and their flags come from added_tokens_decoder in {Configuration}, which {family.Name}'s own code is too old to read. "
                + $"{(stripping.Count > 0 ? "White space around added tokens is treated as its flags say." : "Its flags are those that the code has anyway.")}");
        }
        else
        {
            foreach ((string key, CheckpointConfiguration file) in SpecialKeys(special, settings))
            {
                foreach (JsonElement value in file.Members.Where(member => member.Key == key).SelectMany(member => member.Value.ValueKind == JsonValueKind.Array ? [.. member.Value.EnumerateArray()] : (JsonElement[])[member.Value]))
                {
                    // In tokenizer_config.json only what says that it is an added token becomes one.
                    Add(file, value, flagged: ReferenceEquals(file, special) || (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("__type", out _)));
                }
            }
        }

        return stripping.Count > 0 ? stripping : null;

        void Add(CheckpointConfiguration file, JsonElement token, bool flagged)
        {
            string? content = file.Text(token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out JsonElement text) ? text : token);
            if (content is null)
            {
                return;
            }

            // A special token that is a plain string, set after the tokenizer was made, is like any added one.
            bool plain = token.ValueKind == JsonValueKind.String || !flagged;
            WhiteSpaceStripping value = new(plain || Flag(token, "lstrip"), plain || Flag(token, "rstrip"));
            WhiteSpaceStripping usual = added.ContainsKey(content) ? new WhiteSpaceStripping(true, true) : new WhiteSpaceStripping(false, false);
            if (value != usual)
            {
                stripping[content] = value;
            }
            else
            {
                stripping.Remove(content);
            }
        }
    }

    /// <summary>
    /// The special tokens by key and the file that decides: special_tokens_map.json is laid over what tokenizer_config.json made. The
    /// padding token is left out, because the families' code sets it to a string, which decides nothing.
    /// </summary>
    private static IEnumerable<(string Key, CheckpointConfiguration File)> SpecialKeys(CheckpointConfiguration? special, CheckpointConfiguration? settings)
    {
        foreach (string key in (string[])["bos_token", "eos_token", "unk_token", "sep_token", "cls_token", "mask_token", "additional_special_tokens"])
        {
            if (special?.HasValue(key) == true)
            {
                yield return (key, special);
            }
            else if (settings?.HasValue(key) == true && (key == "additional_special_tokens" || settings.Section(key) is not null))
            {
                // LlamaTokenizer makes its own flagless token of a plain string here.
                yield return (key, settings);
            }
        }
    }

    private static bool Flag(JsonElement token, string name) => token.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}

import type { FindingKind } from '@ekv/snapshot';

/** What a snapshot holds that contradicts itself, or that encode will not take; docs/format/06-sqs.md, section 4.10. */
export const STORED_BODY_MD5: FindingKind = {
  event: 'sqs_body_md5_mismatch',
  says: 'stored MD5s of bodies are not those of the bodies',
  advice:
    'the messages were damaged, or stored so; they are in the tree as they are, and clients that check refuse them',
  doubt: true,
};

export const STORED_ATTRIBUTES_MD5: FindingKind = {
  event: 'sqs_attributes_md5_mismatch',
  says: 'stored MD5s of message attributes are not those of the attributes',
  advice:
    'the messages were damaged, or stored so; they are in the tree as they are, and clients that check refuse them',
  doubt: true,
};

export const LONG_LINE: FindingKind = {
  event: 'sqs_message_too_large',
  says: 'messages are longer than encode reads',
  advice: 'they are in the tree as stored; encode refuses it as long as they are there',
  doubt: true,
};

export const REPAIRED_TEXT: FindingKind = {
  event: 'sqs_text_repaired',
  says: 'stored texts are not valid UTF-8',
  advice: 'what is wrong became U+FFFD',
  loss: true,
};

export const REFUSED_ATTRIBUTE: FindingKind = {
  event: 'sqs_attribute_not_encodable',
  says: 'message attributes hold a lone surrogate, a repeated member or bytes that are not UTF-8',
  advice: 'they are in the tree as stored, but encode refuses them',
};

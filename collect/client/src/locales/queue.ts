import type { Sentence } from './sentence';

export const queue = {
  sendNow: { th: 'ส่งเดี๋ยวนี้', en: 'Send now' },
  notReached: { th: 'ติดต่อเซิร์ฟเวอร์ไม่ได้', en: 'The server could not be reached.' },
  serverTrouble: { th: 'เซิร์ฟเวอร์ขัดข้องชั่วคราว ({status})', en: 'The server has a problem for the moment ({status}).' },
  serverFull: {
    th: 'พื้นที่ของเซิร์ฟเวอร์เต็ม กรุณาแจ้งผู้ดูแลระบบ รายการยังอยู่ในเครื่อง',
    en: 'The server is full; tell your administrator. The record is still on the tablet.',
  },
  incomplete: {
    th: 'เซิร์ฟเวอร์ยังได้รับไฟล์ไม่ครบ จะส่งส่วนที่ขาดใหม่',
    en: 'The server does not have every file yet; what is missing is sent again.',
  },
  fileDamaged: {
    th: 'ไฟล์ {name} ในเครื่องเสียหาย ส่งออกรายการเป็นไฟล์แล้วแจ้งผู้ดูแลระบบ',
    en: 'The file {name} on the tablet is damaged. Export the record and tell your administrator.',
  },
  notAllowed: {
    th: 'บัญชีนี้ไม่มีสิทธิ์ส่งแบบนี้ ขอสิทธิ์จากผู้ดูแลระบบแล้วกดลองส่งอีกครั้ง',
    en: 'This account may not send this form. Ask your administrator, then press Try again.',
  },
  unknownForm: {
    th: 'สำนักงานไม่มีแบบนี้แล้ว แจ้งผู้ดูแลระบบ แล้วกดลองส่งอีกครั้ง',
    en: 'The office no longer has this form. Tell your administrator, then press Try again.',
  },
  tooLarge: {
    th: 'ไฟล์หรือรายการใหญ่เกินกว่าที่เซิร์ฟเวอร์รับได้ ส่งออกเป็นไฟล์ให้ผู้ดูแลระบบ',
    en: 'The record or a file is larger than the server takes. Export it to a file for your administrator.',
  },
  refused: { th: 'เซิร์ฟเวอร์ไม่รับรายการนี้: {message}', en: 'The server does not take this record: {message}' },
  lostByServer: {
    th: 'สำนักงานกู้ข้อมูลจากชุดสำรองและไม่มีรายการนี้แล้ว ส่วนในเครื่องนี้ถูกลบเพื่อคืนพื้นที่ไปก่อน กรุณาแจ้งผู้ดูแลระบบ',
    en: 'The office restored a backup that lacks this record, and its content has left this tablet to make room. Tell your administrator.',
  },
  otherWorkspace: {
    th: 'ไฟล์นี้มาจากพื้นที่งานอื่น เปิดโปรไฟล์ของพื้นที่งานนั้นก่อน',
    en: 'This file comes from another workspace. Open a profile of that workspace first.',
  },
  notAnExport: {
    th: 'ไฟล์นี้ไม่ใช่ไฟล์ที่ส่งออกจากติดตาม หรือเสียหาย ไม่มีข้อมูลใดเปลี่ยนแปลง',
    en: 'This is not a file that Tidtam exported, or it is damaged. Nothing was changed.',
  },
} satisfies Record<string, Sentence>;
